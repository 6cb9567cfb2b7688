import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BuiltImages } from '../../images/built-images.ts';
import { type Cluster, type Finding, type ImageStore, type Platform, PlatformUnavailable, type UpOptions } from '../../platform.ts';
import type { ClusterReport, ClusterSettings } from './cluster-settings.ts';
import { doctor } from './doctor.ts';
import { withLabLock } from './lab-lock.ts';
import { isAlive, signal } from './process-identity.ts';
import { reap } from './reap.ts';
import { type ClusterRecord, labNames, StateFolder, stateHome } from './state-folder.ts';

const stopWithinMs = 30_000;

/** What differs between platforms whose cluster is a process of this machine. */
export interface LabKind {
  /** As `--platform` names it. */
  name: 'local' | 'docker';
  /** Rejects with PlatformUnavailable where a cluster of this kind cannot be had here at all. */
  require?(): Promise<unknown>;
  /** Removes what a killed lab has left beside processes and files, with what was removed, in sentences. */
  reap?(lab: string): Promise<string[]>;
  /** Names of the labs that have left something beside the state folder. */
  list?(): Promise<string[]>;
  doctor(): Promise<Finding[]>;
}

/** A Kubernetes whose API server, controllers and kubelet are one process of this machine; what its Pods are is the kind's. */
export function labPlatform(kind: LabKind): Platform {
  return {
    name: kind.name,
    async up(options) {
      const folder = new StateFolder(options.name);
      return withLabLock(folder.path, options.signal, async () => {
        const there = folder.read();
        if (there && isAlive(there)) {
          if (there.platform === kind.name) return clusterOf(folder, there, false, undefined);
          throw new PlatformUnavailable(
            `lab ${there.name} is up on platform ${there.platform}`,
            `choose another --name, or end it: shoplab down --name ${there.name}`,
          );
        }
        await kind.require?.();
        await reap(folder);
        return start(kind.name, folder, options);
      });
    },
    async find(name) {
      const folder = new StateFolder(name);
      const record = folder.read();
      return record && isAlive(record) && record.platform === kind.name ? clusterOf(folder, record, false, undefined) : undefined;
    },
    async down(name) {
      const folder = new StateFolder(name);
      return withLabLock(folder.path, undefined, async () => {
        const isKnown = labNames().includes(name);
        const record = isKnown ? folder.read() : undefined;
        const said = record ? await stopProcess(record) : [];
        const left = isKnown ? await reap(folder) : [];
        const more = (await kind.reap?.(name)) ?? [];
        if (said.length + left.length + more.length > 0) return [...said, ...left, ...more];
        return isKnown ? [`removed the state of lab ${name}, which was not running`] : [];
      });
    },
    list: async () => [...new Set([...labNames(), ...((await kind.list?.()) ?? [])])],
    async isAbandoned(name) {
      const record = new StateFolder(name).read();
      if (record) return record.platform === kind.name && record.life === 'owner' && !isAlive(record);
      // Whoever made the folder did not come to write down what for.
      return ((await kind.list?.()) ?? labNames()).includes(name);
    },
    doctor: kind.doctor,
  };
}

/** A Kubernetes of processes on this machine: nothing but Node is needed. */
export const local: Platform = labPlatform({ name: 'local', doctor });

async function start(platform: LabKind['name'], folder: StateFolder, options: UpOptions): Promise<Cluster> {
  folder.make();
  const { name, life, localhostNamespace, imagesFile, autoscalerSyncMs, signal: aborted, onProgress } = options;
  const settings: ClusterSettings = {
    name,
    platform,
    home: stateHome(),
    life,
    ...(localhostNamespace && { localhostNamespace }),
    ...(imagesFile && { imagesFile: resolve(imagesFile) }),
    ...(autoscalerSyncMs !== undefined && { autoscalerSyncMs }),
  };
  const main = fileURLToPath(new URL('cluster-process.js', import.meta.url)).replace(
    /^(.*)\/cluster\/platforms\/local\/cluster-process\.js$/,
    withDist,
  );
  const log = openSync(folder.log, 'a', 0o600);
  // A session of its own: Ctrl-C in the terminal goes to the CLI alone, which stops things in order.
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, JSON.stringify(settings)], {
    env: process.env, // as the caller has set it, also where that is a test, whose environment is a copy
    detached: true,
    // It may outlive the folder that it was started from.
    cwd: stateHome(),
    stdio: [life === 'owner' ? 'pipe' : 'ignore', log, log, 'pipe'],
  });
  closeSync(log);
  try {
    await untilReady(platform, child, folder, onProgress, aborted);
  } catch (error) {
    signal(child.pid ?? 0, 'SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await reap(folder);
    throw error;
  }
  child.unref();
  const record = folder.read();
  if (!record) throw new Error(`the cluster process of lab ${name} wrote nothing down in ${folder.path}`);
  return clusterOf(folder, record, true, child);
}

/** Tests run from the sources; what is started is the build. */
const withDist = (path: string, root: string): string => (root.endsWith('/dist') ? path : path.replace(root, `${root}/dist`));

async function untilReady(
  platform: string,
  child: ChildProcess,
  folder: StateFolder,
  onProgress: UpOptions['onProgress'],
  aborted: AbortSignal | undefined,
): Promise<void> {
  const lines = createInterface({ input: child.stdio[3] as Readable });
  const onAbort = (): void => void signal(child.pid ?? 0, 'SIGTERM');
  aborted?.addEventListener('abort', onAbort);
  try {
    for await (const line of lines) {
      const report = JSON.parse(line) as ClusterReport;
      if ('ready' in report) return;
      if ('error' in report)
        throw new PlatformUnavailable(
          `the ${platform} platform did not start: ${report.error}\nThe last lines of its log:\n${folder.lastLog().join('\n')}`,
          'run `shoplab doctor` for what stands in the way',
        );
      onProgress?.(report.progress);
    }
    aborted?.throwIfAborted();
    throw new PlatformUnavailable(
      `the cluster process of lab ${folder.name} ended while it started:\n${folder.lastLog().join('\n')}`,
      'run `shoplab doctor` for what stands in the way',
    );
  } finally {
    lines.close();
    (child.stdio[3] as Readable).destroy();
    aborted?.removeEventListener('abort', onAbort);
  }
}

function clusterOf(folder: StateFolder, record: ClusterRecord, started: boolean, child: ChildProcess | undefined): Cluster {
  // Held here so that the pipe stays open as long as this process lives, and holds nothing up at its end.
  (child?.stdin as { unref?: () => void } | null | undefined)?.unref?.();
  return {
    name: record.name,
    platform: record.platform,
    kubeconfig: folder.kubeconfig,
    stateDir: folder.path,
    started,
    watchesOverRuns: true,
    ...(record.imagesFile && { imagesFile: record.imagesFile }),
    ...(record.autoscalerSyncMs !== undefined && { autoscalerSyncMs: record.autoscalerSyncMs }),
    images: record.platform === 'docker' ? engineImages : labImages(new BuiltImages(folder.builtImages)),
    stop: () =>
      withLabLock(folder.path, undefined, async () => {
        await stopProcess(record);
        // Where it was killed, or another has the name by now, it is the folder that says what is left.
        const now = folder.read();
        if (!now || !isAlive(now)) await reap(folder);
      }),
  };
}

/** A lab of processes keeps a table of what images run as. */
const labImages = (built: BuiltImages): ImageStore => ({
  build: async (request) => built.build(request),
  find: async (reference) => built.find(reference),
});
/** A lab of containers has the engine's images. */
const engineImages: ImageStore = {
  build: async (request) => (await import('../docker/image-store.ts')).dockerImageStore.build(request),
  find: async (reference) => (await import('../docker/image-store.ts')).dockerImageStore.find(reference),
};

/** Ends the cluster process, in order if it can. Answers what was done, in sentences. */
async function stopProcess(record: ClusterRecord): Promise<string[]> {
  if (!isAlive(record)) return [];
  signal(record.pid, 'SIGTERM');
  const until = Date.now() + stopWithinMs;
  let killed = false;
  while (isAlive(record)) {
    if (Date.now() > until && !killed) killed = signal(record.pid, 'SIGKILL');
    await setTimeout(20);
  }
  const how = killed ? `, by SIGKILL: it did not end within ${stopWithinMs / 1000} s of SIGTERM` : '';
  return [`ended lab ${record.name} (process ${record.pid}) with its Pods${how}`];
}
