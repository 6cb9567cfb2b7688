import type { V1Deployment, V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import type { KubeClients } from '../experiment.ts';

type Workload = V1Deployment | V1StatefulSet;

/** A Pod's own account of why it is not ready, in a sentence; undefined where it is. */
export function podTrouble(pod: V1Pod): { sentence: string; hopeless: boolean; container?: string } | undefined {
  const { status } = pod;
  const unscheduled = status?.conditions?.find(({ type, status: value }) => type === 'PodScheduled' && value === 'False');
  if (unscheduled) return { sentence: unscheduled.message ?? 'not scheduled', hopeless: false };
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const { name, state, lastState, restartCount, ready } of all) {
    if (ready) continue;
    const { waiting, terminated } = state ?? {};
    const ended = terminated ?? lastState?.terminated;
    const exit = ended
      ? `; it ended with exit code ${ended.exitCode} (${ended.reason ?? 'no reason given'}), ${restartCount} restarts`
      : '';
    const hopeless =
      restartCount >= 2 ||
      ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError', 'ErrImageNeverPull'].includes(
        waiting?.reason ?? '',
      );
    if (waiting)
      return {
        sentence: `container ${name} is waiting: ${waiting.reason}${waiting.message ? `: ${waiting.message}` : ''}${exit}`,
        hopeless,
        container: name,
      };
    if (ended) return { sentence: `container ${name} has ended${exit}`, hopeless, container: name };
    return { sentence: `container ${name} runs and is not ready`, hopeless: false, container: name };
  }
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')
    ? undefined
    : { sentence: `phase ${status?.phase}`, hopeless: false };
}

/** Last lines of a Pod's container: of the run before this one where it has been restarted. */
export async function lastLogLines(kube: KubeClients, pod: V1Pod, container: string | undefined, lines = 20): Promise<string[]> {
  const { name, namespace } = pod.metadata ?? {};
  const restarted = (pod.status?.containerStatuses ?? []).some((one) => one.name === container && one.restartCount > 0);
  const query = `tailLines=${lines}${container ? `&container=${container}` : ''}`;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?${query}`;
  for (const each of restarted ? [`${path}&previous=true`, path] : [path]) {
    try {
      const text = await kube.request<string>('GET', each);
      if (text.trim()) return text.trimEnd().split('\n');
    } catch (error) {
      if (each === path) return [`(no log: ${(error as Error).message})`];
    }
  }
  return [];
}

/** The last failed probe that the Pod's Events tell of. */
export async function lastProbeFailure(kube: KubeClients, pod: V1Pod): Promise<string | undefined> {
  const selector = encodeURIComponent(`involvedObject.uid=${pod.metadata?.uid},reason=Unhealthy`);
  const { items } = await kube.request<{ items: { message: string; count?: number; lastTimestamp: string }[] }>(
    'GET',
    `/api/v1/namespaces/${pod.metadata?.namespace}/events?fieldSelector=${selector}`,
  );
  const last = items.sort((a, b) => Date.parse(b.lastTimestamp) - Date.parse(a.lastTimestamp))[0];
  return last && `${last.message} (${last.count ?? 1} times)`;
}

/** Whether a Deployment or StatefulSet has all that it asks for, of its newest template. */
export function isReady(workload: Workload): boolean {
  const { status, spec, metadata } = workload;
  const wanted = spec?.replicas ?? 1;
  const seen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  const available = status?.availableReplicas ?? (wanted === 0 ? 0 : -1);
  return seen && available >= wanted && (status?.updatedReplicas ?? 0) >= wanted && (status?.replicas ?? 0) <= wanted;
}
