import { setTimeout as pause } from 'node:timers/promises';
import { CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { type Cluster, type ImageStore, PlatformUnavailable, type UpOptions } from '../../platform.ts';
import { connectEngine } from '../docker/engine.ts';
import { dockerImageStore } from '../docker/image-store.ts';
import { ensureShopImages, publicImages, shopImages } from '../docker/shop-images.ts';
import { isAnswering } from '../is-answering.ts';
import { syncPeriodAnnotation } from '../local/annotate-sync-period.ts';
import { withLabLock } from '../local/lab-lock.ts';
import { startTimeOf } from '../local/process-identity.ts';
import { assignNodePorts, clusterConfig, createdLabel } from './cluster-config.ts';
import { runProgram } from './kind-program.ts';
import { type KindRecord, kindLabs } from './kind-record.ts';
import { ensureMetricsServer } from './metrics-server.ts';
import { loadImages } from './node-images.ts';

const readyWithinS = 180;
const backWithinMs = 30_000;

/** Creates the cluster of a lab, or takes the one that is up; its images and metrics-server are there when this resolves. */
export async function bringUp(options: UpOptions): Promise<Cluster> {
  const { name, life, autoscalerSyncMs, localhostPorts = [], signal, onProgress: say = () => undefined } = options;
  const docker = await connectEngine();
  say('looking for kind');
  const clusters = (await runProgram('kind', ['get', 'clusters'], { signal })).split('\n');
  const before = kindLabs.recordOf(name);
  if (before && clusters.includes(name) && (await answersSoon(name, signal, say))) {
    await bringImages(docker, name, options);
    return clusterOf(before, false);
  }
  if (clusters.includes(name)) {
    if (!before)
      throw new PlatformUnavailable(
        `there is a kind cluster ${name} that shoplab did not create`,
        'choose another --name; it is left alone',
      );
    say(`removing the cluster ${name}, whose API server does not answer`);
    await runProgram('kind', ['delete', 'cluster', '--name', name], { signal });
  }
  const nodePorts = assignNodePorts(localhostPorts);
  const record: KindRecord = {
    name,
    life,
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? 0,
    nodePorts,
    startedAt: new Date().toISOString(),
  };
  // Before the cluster is there: whatever ends this process, the next command finds what it left.
  kindLabs.write(record);
  try {
    say(`creating the cluster ${name}`);
    await runProgram(
      'kind',
      [
        ...[
          'create',
          'cluster',
          '--name',
          name,
          '--config',
          '-',
          '--kubeconfig',
          kindLabs.kubeconfigOf(name),
          '--wait',
          `${readyWithinS}s`,
        ],
        ...(options.nodeImage === undefined ? [] : ['--image', options.nodeImage]),
      ],
      { input: clusterConfig({ nodePorts, autoscalerSyncMs }), onLine: say, signal },
    );
    await bringImages(docker, name, options);
    const config = new KubeConfig();
    config.loadFromFile(kindLabs.kubeconfigOf(name));
    if (autoscalerSyncMs !== undefined) await annotateNodes(config, autoscalerSyncMs);
    await ensureMetricsServer(config, say, signal);
  } catch (error) {
    await takeDown(name);
    throw error;
  }
  return clusterOf(record, true);
}

async function bringImages(docker: Awaited<ReturnType<typeof connectEngine>>, name: string, options: UpOptions): Promise<void> {
  const { signal, onProgress: say = () => undefined } = options;
  await ensureShopImages(docker, say);
  await loadImages(docker, name, [...shopImages, ...publicImages], { say, signal });
}

/** Ends a lab; the cluster goes only where shoplab created it. */
export async function takeDown(name: string): Promise<string[]> {
  if (!kindLabs.recordOf(name)) return [];
  const clusters = (await runProgram('kind', ['get', 'clusters'])).split('\n');
  const isThere = clusters.includes(name);
  if (isThere) await runProgram('kind', ['delete', 'cluster', '--name', name, '--kubeconfig', kindLabs.kubeconfigOf(name)]);
  kindLabs.remove(name);
  return [isThere ? `deleted kind cluster ${name}` : `removed the state of lab ${name}, whose cluster is gone`];
}

/** The cluster of a lab, if its API server answers. */
export const clusterIfThere = async (record: KindRecord): Promise<Cluster | undefined> =>
  (await isAnswering(kindLabs.kubeconfigOf(record.name))) ? clusterOf(record, false) : undefined;

function clusterOf(record: KindRecord, started: boolean): Cluster {
  const { name, nodePorts } = record;
  return {
    name,
    platform: 'kind',
    kubeconfig: kindLabs.kubeconfigOf(name),
    stateDir: kindLabs.folderOf(name),
    started,
    nodePorts,
    watchesOverRuns: false,
    podSecurity: 'restricted',
    oneAtATime: true,
    images: imagesFor(name),
    stop: () => withLabLock(kindLabs.folderOf(name), undefined, async () => void (await takeDown(name))),
  };
}

/** Images are built by the engine and loaded into the node. */
const imagesFor = (name: string): ImageStore => ({
  async build(build) {
    const notDone = await dockerImageStore.build(build);
    await loadImages(await connectEngine(), name, [build.tag], { say: () => undefined });
    return notDone;
  },
  find: (reference) => dockerImageStore.find(reference),
  bring: async (reference) => void (await loadImages(await connectEngine(), name, [reference], { say: () => undefined })),
});

/** A Kubernetes API does not tell the flags of its controllers, so the nodes say how often autoscalers look. */
async function annotateNodes(config: KubeConfig, periodMs: number): Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  const body = { metadata: { annotations: { [syncPeriodAnnotation]: `${periodMs / 1000}s` } } };
  for (const { metadata } of (await core.listNode({ labelSelector: createdLabel })).items)
    await core.patchNode({ name: metadata?.name ?? '', body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
}

/** The same, for one that may just be starting, as after the engine has been restarted. */
async function answersSoon(name: string, signal: AbortSignal | undefined, say: (text: string) => void): Promise<boolean> {
  for (const untilMs = performance.now() + backWithinMs; ; await pause(1000, undefined, { signal })) {
    if (await isAnswering(kindLabs.kubeconfigOf(name))) return true;
    if (performance.now() > untilMs) return false;
    say(`waiting for the API server of the cluster ${name}`);
  }
}
