import type { KubeClients } from '../experiments/engine/experiment.ts';
import { applyObjects, type Manifest } from '../experiments/engine/kube/apply-objects.ts';
import { guardChaosPort, opensChaosPort } from '../experiments/engine/kube/guard-chaos-port.ts';
import { connectKube } from '../experiments/engine/kube/kube-clients.ts';
import { KubeError } from '../experiments/engine/kube/kube-error.ts';
import { waitReady } from '../experiments/engine/kube/wait-ready.ts';
import { isPodReady } from '../experiments/engine/kube/workloads.ts';
import { type NamespaceListener, NamespaceWatch } from '../experiments/engine/namespace-watch.ts';
import { UsageError } from './errors/usage-error.ts';

const readyWithinMs = 120_000;

/** How long after the first object was sent a Pod was Ready for the first time. */
export interface ReadyTime {
  pod: string;
  afterMs: number;
}

/**
 * Applies objects to a namespace, made where it is not there, and waits until all their Pods are Ready. Answers when each that was not Ready before
 * became so, soonest first. Rejects with what is not, why, and its log. `labels`: the namespace's; one that is there without them is left alone.
 * `warn`: given where others use the cluster, too: the chaos port is kept to the lab then, and it is told why where that cannot be.
 */
export async function applyAndWait(
  kubeconfig: string,
  namespace: string,
  objects: Manifest[],
  {
    labels,
    signal,
    say,
    warn,
  }: { labels?: Record<string, string>; signal: AbortSignal; say(text: string): void; warn?: ((text: string) => void) | undefined },
): Promise<ReadyTime[]> {
  const kube = await connectKube(kubeconfig);
  const watching = new AbortController();
  try {
    await ensureNamespace(kube, namespace, labels);
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
    if (warn && opensChaosPort(objects)) {
      const open = await guardChaosPort(kube, namespace, signal);
      if (open !== undefined) warn(open);
    }
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

async function ensureNamespace(kube: KubeClients, name: string, labels: Record<string, string> = {}): Promise<void> {
  try {
    await kube.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  } catch (error) {
    if (!(error instanceof KubeError && error.reason === 'AlreadyExists')) throw error;
    const { metadata } = await kube.request<{ metadata: { labels?: Record<string, string> } }>('GET', `/api/v1/namespaces/${name}`);
    const other = Object.entries(labels).find(([key, value]) => metadata.labels?.[key] !== value);
    if (other)
      throw new UsageError(`namespace ${name} is there and is not this lab's: it lacks the label ${other.join('=')}`, {
        hint: 'it is left alone; choose another --name',
      });
  }
}
