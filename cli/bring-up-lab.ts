import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildKustomization } from '../cluster/kustomize/build.ts';
import type { Cluster, Platform } from '../cluster/platform.ts';
import type { Manifest } from '../experiments/engine/kube/apply-objects.ts';
import { formatDuration } from '../reports/check-words.ts';
import { applyAndWait, type ReadyTime } from './apply-and-wait.ts';
import { UsageError } from './errors/usage-error.ts';
import { localhostPorts, requireFreePorts } from './free-ports.ts';
import { podSecurityOf } from './pod-security.ts';
import type { Progress } from './progress/progress.ts';
import { requireAsMade } from './require-as-made.ts';

const answeringWithinMs = 30_000;
const answerWithinMs = 2000;

/** Namespace of the shop that `shoplab up` brings up; its LoadBalancers answer on localhost where a lab has a cluster of its own. */
export const shopNamespaceOf = (platform: Platform, lab: string): string =>
  platform.name === 'context' && lab !== 'shoplab' ? `shop-${lab}` : 'shop';

export interface LabOptions {
  platform: Platform;
  name: string;
  namespace: string;
  /** As UpOptions has it. */
  context?: string | undefined;
  /** As UpOptions has it. */
  imageRegistry?: string | undefined;
  /** Kustomization folder to apply. */
  folder: string;
  /** The folder of our manifests, where `folder` is of them. */
  manifests?: string | undefined;
  imagesFile: string | undefined;
  /** As it was asked for; absent: as Kubernetes comes. */
  autoscalerSyncMs: number | undefined;
  /** As UpOptions has it. */
  nodeImage?: string | undefined;
  progress: Progress;
  signal: AbortSignal;
}

/** Starts a cluster that stays, applies the folder, and waits until all its Pods are Ready. What was started is ended where that fails. */
export async function bringUpLab({
  platform,
  name,
  namespace,
  context,
  imageRegistry,
  folder,
  manifests,
  imagesFile,
  autoscalerSyncMs,
  nodeImage,
  progress,
  signal,
}: LabOptions): Promise<Cluster & { readyTimes: ReadyTime[] }> {
  // What is wrong with them is told before a cluster is started.
  const asTheyAre = await buildKustomization(folder);
  const ports = context === undefined ? localhostPorts(asTheyAre) : [];
  const there = await platform.find(name);
  if (there) requireAsMade(there, { autoscalerSyncMs, nodeImage, ports });
  else await requireFreePorts(ports);
  progress.step(`starting lab ${name} on platform ${platform.name}`);
  const cluster = await platform.up({
    name,
    life: 'detached',
    localhostNamespace: namespace,
    localhostPorts: ports.map(({ port }) => port),
    ...(imagesFile === undefined ? {} : { imagesFile: resolve(imagesFile) }),
    ...(autoscalerSyncMs === undefined ? {} : { autoscalerSyncMs }),
    ...(nodeImage === undefined ? {} : { nodeImage }),
    ...(context === undefined ? {} : { context }),
    ...(imageRegistry === undefined ? {} : { imageRegistry }),
    signal,
    onProgress: (step) => progress.saw(step),
  });
  progress.done(cluster.started ? undefined : 'it was up');
  try {
    const { components } = manifests === undefined ? { components: [] } : podSecurityOf(cluster, manifests);
    const { imageChanges: images = [] } = cluster;
    const isAsItIs = components.length === 0 && images.length === 0;
    const objects = isAsItIs ? asTheyAre : await buildKustomization(folder, { components, images });
    progress.step('waiting until all Pods are Ready');
    const readyTimes = await applyAndWait(cluster.kubeconfig, namespace, atNodePorts(objects, cluster.nodePorts), {
      ...(cluster.namespaceLabels && { labels: cluster.namespaceLabels }),
      signal,
      say: (text) => progress.saw(text),
      warn: cluster.watchesOverRuns ? undefined : (text) => progress.tell(`warning: ${text}`),
    });
    progress.done();
    // What else the lab has ports for, these manifests do not have.
    await untilAnswering(cluster.nodePorts ? ports.map(({ port }) => port) : [], signal);
    if (readyTimes.length > 0)
      progress.tell(`  Ready after: ${readyTimes.map(({ pod, afterMs }) => `${pod} ${formatDuration(afterMs)}`).join(', ')}`);
    return { ...cluster, readyTimes };
  } catch (error) {
    progress.stop();
    if (cluster.started) await platform.down(name);
    throw error;
  }
}

/** Ready Pods are told to each node a moment later: until then what comes by a node port is reset. */
async function untilAnswering(ports: number[], signal: AbortSignal): Promise<void> {
  for (const port of ports) {
    for (const untilMs = performance.now() + answeringWithinMs; ; await pause(100, undefined, { signal })) {
      try {
        await (await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(answerWithinMs) })).arrayBuffer();
        break;
      } catch (cause) {
        const { code } = ((cause as Error).cause ?? {}) as { code?: string };
        const isAway = (cause as Error).name === 'TimeoutError' || ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(code ?? '');
        // Whatever else is wrong, somebody is there: not everything that listens speaks HTTP.
        if (!isAway) break;
        if (performance.now() > untilMs)
          throw new Error(`127.0.0.1:${port} does not answer ${answeringWithinMs / 1000} s after the Pods were Ready`, { cause });
      }
    }
  }
}

/** LoadBalancer Services with the node ports that answer on 127.0.0.1, where the platform has such. */
const atNodePorts = (objects: Manifest[], nodePorts: Cluster['nodePorts']): Manifest[] =>
  objects.map((object) => {
    const { type, ports } = (object.spec ?? {}) as { type?: string; ports?: { port: number }[] };
    if (!nodePorts || object.kind !== 'Service' || type !== 'LoadBalancer' || !ports) return object;
    const spec = {
      ...(object.spec as object),
      ports: ports.map((one) => ({ ...one, ...(nodePorts[one.port] !== undefined && { nodePort: nodePorts[one.port] }) })),
    };
    return { ...object, spec };
  });

/** The folder that `--overlay` or `-k` means; the base where neither is given. */
export function kustomizationFolder(
  manifests: string,
  { overlay, kustomize }: { overlay?: string | undefined; kustomize?: string | undefined },
): string {
  const folder =
    kustomize !== undefined ? resolve(kustomize) : overlay !== undefined ? join(manifests, 'overlays', overlay) : join(manifests, 'base');
  if (['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some((file) => existsSync(join(folder, file)))) return folder;
  throw new UsageError(`${folder} is no kustomization: it has no kustomization.yaml`, {
    hint: overlay === undefined ? 'name a folder that `kubectl apply -k` would take' : 'for example --overlay async-decoupling/treatment',
  });
}
