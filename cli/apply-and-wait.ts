import type { KubeClients } from '../experiments/engine/experiment.ts';
import { applyObjects, type Manifest } from '../experiments/engine/kube/apply-objects.ts';
import { connectKube } from '../experiments/engine/kube/kube-clients.ts';
import { KubeError } from '../experiments/engine/kube/kube-error.ts';
import { waitReady } from '../experiments/engine/kube/wait-ready.ts';
import { isPodReady } from '../experiments/engine/kube/workloads.ts';
import { type NamespaceListener, NamespaceWatch } from '../experiments/engine/namespace-watch.ts';

const readyWithinMs = 120_000;

/** How long after the first object was sent a Pod was Ready for the first time. */
export interface ReadyTime {
  pod: string;
  afterMs: number;
}

/**
 * Applies objects to a namespace, made where it is not there, and waits until all their Pods are Ready. Answers when each that was not Ready before
 * became so, soonest first. Rejects with what is not, why, and its log.
 */
export async function applyAndWait(
  kubeconfig: string,
  namespace: string,
  objects: Manifest[],
  { signal, say }: { signal: AbortSignal; say(text: string): void },
): Promise<ReadyTime[]> {
  const kube = await connectKube(kubeconfig);
  const watching = new AbortController();
  try {
    await ensureNamespace(kube, namespace);
    const times = readyTimes();
    const watch = new NamespaceWatch(kube, namespace, [times]);
    const following = watch.follow(watching.signal);
    const waiting = applyObjects(kube, namespace, objects, { replace: true }).then(() =>
      waitReady({
        kube,
        namespace,
        applied: objects,
        seen: () => watch.seen(),
        changed: (changed) => watch.changed(AbortSignal.any([changed, signal])),
        timeoutMs: readyWithinMs,
        signal,
        say,
      }),
    );
    // The watches end only by being refused, as long as they are not told to.
    await Promise.race([waiting, following.then(() => waiting)]);
    return times.found;
  } finally {
    watching.abort();
    kube.close();
  }
}

function readyTimes(): NamespaceListener & { found: ReadyTime[] } {
  const startedMs = performance.now();
  const found: ReadyTime[] = [];
  const waiting = new Set<string>();
  return {
    found,
    pod(pod) {
      const { name } = pod.metadata;
      if (!isPodReady(pod)) waiting.add(name);
      else if (waiting.delete(name)) found.push({ pod: name, afterMs: Math.round(performance.now() - startedMs) });
    },
    event: () => undefined,
  };
}

async function ensureNamespace(kube: KubeClients, name: string): Promise<void> {
  try {
    await kube.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  } catch (error) {
    if (!(error instanceof KubeError && error.reason === 'AlreadyExists')) throw error;
  }
}
