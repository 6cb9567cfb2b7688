import type { Kinds } from '../../api/registry.ts';

type Pod = Kinds['Pod'];

/** The Pod's condition Ready, if it has one yet. */
export const readyCondition = (pod: Pod) => pod.status?.conditions?.find(({ type }) => type === 'Ready');

/** Whether the Pod is Ready (pkg/api/v1/pod IsPodReady). */
export const isPodReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';

/** Succeeded or Failed: it never runs again. */
export const isPodFinished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Whether a Pod counts for its controller: neither finished nor being deleted (controller_utils.go IsPodActive). */
export const isPodActive = (pod: Pod): boolean => !isPodFinished(pod) && pod.metadata.deletionTimestamp === undefined;

/**
 * Milliseconds from `now` until the Pod has been Ready for `minReadySeconds`: 0 where it is available, undefined where it is not Ready
 * (pkg/api/v1/pod IsPodAvailable).
 */
export const availableInMs = (pod: Pod, minReadySeconds: number, now: number): number | undefined => {
  const ready = readyCondition(pod);
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  if (ready.lastTransitionTime === undefined) return undefined;
  return Math.max(0, Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 - now);
};
