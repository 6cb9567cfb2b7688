import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BuiltImages } from '../../images/built-images.ts';
import { type Cluster, type Platform, PlatformUnavailable, type UpOptions } from '../../platform.ts';
import type { ClusterReport, ClusterSettings } from './cluster-settings.ts';
import { doctor } from './doctor.ts';
import { withLabLock } from './lab-lock.ts';
import { isAlive, signal } from './process-identity.ts';
import { reap } from './reap.ts';
import { type ClusterRecord, labNames, StateFolder, stateHome } from './state-folder.ts';

const stopWithinMs = 30_000;

/** A Kubernetes of processes on this machine: nothing but Node is needed. */
export const local: Platform = {
  name: 'local',
  async up(options) {
    const folder = new StateFolder(options.name);
    return withLabLock(folder.path, options.signal, async () => {
      const there = folder.read();
      if (there && isAlive(there)) return clusterOf(folder, there, false, undefined);
      await reap(folder);
      return start(folder, options);
    });
  },
  async find(name) {
    const folder = new StateFolder(name);
    const record = folder.read();
    return record && isAlive(record) ? clusterOf(folder, record, false, undefined) : undefined;
  },
  async down(name) {
    const folder = new StateFolder(name);
    return withLabLock(folder.path, undefined, async () => {
      if (!labNames().includes(name)) return [];
      const record = folder.read();
      const said = record ? await stopProcess(record) : [];
      const left = await reap(folder);
      return said.length + left.length > 0 ? [...said, ...left] : [`removed the state of lab ${name}, which was not running`];
    });
  },
  list: async () => labNames(),
  doctor,
};

async function start(folder: StateFolder, options: UpOptions): Promise<Cluster> {
  folder.make();
  const { name, life, localhostNamespace, imagesFile, autoscalerSyncMs, signal: aborted, onProgress } = options;
  const settings: ClusterSettings = {
    name,
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
    detached: true,
    // It may outlive the folder that it was started from.
    cwd: stateHome(),
    stdio: [life === 'owner' ? 'pipe' : 'ignore', log, log, 'pipe'],
  });
  closeSync(log);
  try {
    await untilReady(child, folder, onProgress, aborted);
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
          `the local platform did not start: ${report.error}\nThe last lines of its log:\n${folder.lastLog().join('\n')}`,
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
    platform: 'local',
    kubeconfig: folder.kubeconfig,
    stateDir: folder.path,
    started,
    ...(record.imagesFile && { imagesFile: record.imagesFile }),
    images: new BuiltImages(folder.builtImages),
    stop: () =>
      withLabLock(folder.path, undefined, async () => {
        await stopProcess(record);
        // Where it was killed, or another has the name by now, it is the folder that says what is left.
        const now = folder.read();
        if (!now || !isAlive(now)) await reap(folder);
      }),
  };
}

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
