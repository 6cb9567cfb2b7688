import { decidePodTrouble, type PodTrouble } from './pod-trouble.ts';
import { isPodOf, type KubeEvent, type Pod, type Workload } from './workloads.ts';

export interface WorkloadsSeen {
  deployments: Workload[];
  statefulSets: Workload[];
  pods: Pod[];
  events: KubeEvent[];
}

/** One workload that is not as it should be, and why. */
export interface NotReady {
  /** `Deployment order is not available` */
  what: string;
  trouble: PodTrouble | undefined;
}

/** An object that was applied. */
export interface Applied {
  kind: string;
  metadata: { name: string };
}

/**
 * What is missing until every Deployment is available and every StatefulSet ready (as `kubectl rollout status` sees it), those whose Pods
 * cannot become well by waiting first. Empty: all are. A watch may be behind: what was applied and is not seen yet is missing too.
 */
export function decideReadiness(seen: WorkloadsSeen, applied: readonly Applied[]): NotReady[] {
  const unseen = ({ kind, metadata: { name } }: Applied): boolean =>
    (kind === 'Deployment' && !seen.deployments.some(({ metadata }) => metadata.name === name)) ||
    (kind === 'StatefulSet' && !seen.statefulSets.some(({ metadata }) => metadata.name === name));
  const missing = [
    ...applied.filter(unseen).map(({ kind, metadata: { name } }) => ({ what: `${kind} ${name} is not there yet`, trouble: undefined })),
    ...seen.statefulSets.filter((one) => !isDone(one, 'readyReplicas')).map((one) => notReady('StatefulSet', 'ready', one, seen)),
    ...seen.deployments.filter((one) => !isDone(one, 'availableReplicas')).map((one) => notReady('Deployment', 'available', one, seen)),
  ];
  return missing.sort((a, b) => Number(b.trouble?.hopeless ?? false) - Number(a.trouble?.hopeless ?? false));
}

function isDone({ metadata, spec, status }: Workload, count: 'readyReplicas' | 'availableReplicas'): boolean {
  const wanted = spec.replicas ?? 1;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false;
  return (status?.[count] ?? 0) >= wanted && (status?.updatedReplicas ?? 0) >= wanted;
}

function notReady(kind: string, state: string, workload: Workload, { pods, events }: WorkloadsSeen): NotReady {
  const troubles = pods
    .filter((pod) => isPodOf(pod, workload) && !pod.metadata.deletionTimestamp)
    .map((pod) => decidePodTrouble(pod, events))
    .filter((trouble) => trouble !== undefined);
  const trouble = troubles.find(({ hopeless }) => hopeless) ?? troubles[0];
  return { what: `${kind} ${workload.metadata.name} is not ${state}`, trouble };
}
