import type { V1Deployment, V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import { LabError } from '../errors.ts';
import type { KubeClients } from '../experiment.ts';
import { isReady, lastLogLines, lastProbeFailure, podTrouble } from './why-not-ready.ts';

type Workload = (V1Deployment | V1StatefulSet) & { kind?: string };

export interface WaitOptions {
  timeoutMs: number;
  signal: AbortSignal;
  /** What is awaited and was last seen, once a second. */
  onProgress(text: string): void;
}

/**
 * Waits until every Deployment and StatefulSet of the namespace is ready. Rejects with a LabError that says which is not, why, and the last
 * lines of the Pod at fault: at once where waiting cannot help (an unknown image, two restarts), else when the time is over.
 */
export async function waitUntilReady(kube: KubeClients, namespace: string, options: WaitOptions): Promise<void> {
  const workloads = new Map<string, Workload>();
  const pods = new Map<string, V1Pod>();
  const done = new AbortController();
  const stop = AbortSignal.any([done.signal, options.signal]);
  let hopeless: V1Pod | undefined;
  const look = (): void => {
    hopeless = [...pods.values()].find((pod) => podTrouble(pod)?.hopeless);
    if (hopeless || (workloads.size > 0 && [...workloads.values()].every(isReady))) done.abort();
  };
  const follow = (kind: string, path: string): Promise<void> =>
    kube.watch<Workload>(`/apis/apps/v1/namespaces/${namespace}/${path}`, stop, (type, object) => {
      const key = `${kind} ${object.metadata?.name}`;
      if (type === 'DELETED') workloads.delete(key);
      else workloads.set(key, object);
      look();
    });
  // What is to be waited for is known before the first look: an empty list is not "all ready".
  for (const [kind, path] of [
    ['Deployment', 'deployments'],
    ['StatefulSet', 'statefulsets'],
  ] as const) {
    const { items } = await kube.request<{ items: Workload[] }>('GET', `/apis/apps/v1/namespaces/${namespace}/${path}`);
    for (const item of items) workloads.set(`${kind} ${item.metadata?.name}`, item);
  }
  const started = Date.now();
  const timer = setInterval(() => {
    const open = [...workloads].filter(([, one]) => !isReady(one)).map(([key]) => key);
    const troubles = [...pods.values()].flatMap((pod) => {
      const trouble = podTrouble(pod);
      return trouble ? [`${pod.metadata?.name}: ${trouble.sentence}`] : [];
    });
    options.onProgress(`waiting for ${open.join(', ')}${troubles[0] ? `; ${troubles[0]}` : ''}`);
    if (Date.now() - started > options.timeoutMs) done.abort();
  }, 1000);
  try {
    await Promise.all([
      follow('Deployment', 'deployments'),
      follow('StatefulSet', 'statefulsets'),
      kube.watch<V1Pod>(`/api/v1/namespaces/${namespace}/pods`, stop, (type, pod) => {
        const key = pod.metadata?.name ?? '';
        if (type === 'DELETED') pods.delete(key);
        else pods.set(key, pod);
        look();
      }),
    ]);
  } finally {
    clearInterval(timer);
    done.abort();
  }
  options.signal.throwIfAborted();
  const open = [...workloads].find(([, one]) => !isReady(one));
  if (hopeless || open) throw await explain(kube, open, hopeless ?? undefined, [...pods.values()], Date.now() - started);
}

async function explain(
  kube: KubeClients,
  open: [string, Workload] | undefined,
  hopeless: V1Pod | undefined,
  pods: V1Pod[],
  waitedMs: number,
): Promise<LabError> {
  const selector = open?.[1].spec?.selector?.matchLabels ?? {};
  const matches = (pod: V1Pod): boolean => Object.entries(selector).every(([key, value]) => pod.metadata?.labels?.[key] === value);
  const pod = hopeless ?? pods.filter(matches).find((one) => podTrouble(one));
  const subject = pod && !matches(pod) ? `Pod ${pod.metadata?.name}` : (open?.[0] ?? 'a workload');
  const after = `${(waitedMs / 1000).toFixed(waitedMs < 10_000 ? 1 : 0)} s`;
  if (!pod)
    return new LabError(`${subject} is not available after ${after}: it has no Pod`, { hint: 'look at its events: kubectl describe' });
  const trouble = podTrouble(pod);
  const probe = trouble?.hopeless ? undefined : await lastProbeFailure(kube, pod);
  const logs = await lastLogLines(kube, pod, trouble?.container);
  const why = probe ?? trouble?.sentence ?? 'unknown';
  return new LabError(`${subject} is not available after ${after}: Pod ${pod.metadata?.name}: ${why}`, {
    logs,
    hint: `the last lines of ${pod.metadata?.name} are below; its image and configuration are in the overlay`,
  });
}
