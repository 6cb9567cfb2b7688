import { timestamp } from '../../api/object.ts';
import type { Kinds } from '../../api/registry.ts';
import { matchesSelector } from '../../resources/label-selector.ts';
import { availableInMs, isPodReady } from '../pods/pod-readiness.ts';

type ReplicaSet = Kinds['ReplicaSet'];
type Pod = Kinds['Pod'];

/** Counts of a ReplicaSet's active Pods, and whether it fails to make or end some (replica_set_utils.go calculateStatus). */
export function computeReplicaSetStatus(
  replicaSet: ReplicaSet,
  active: readonly Pod[],
  failure: { reason: string; message: string } | undefined,
  nowMs: number,
): NonNullable<ReplicaSet['status']> {
  const labels = { matchLabels: replicaSet.spec?.template?.metadata?.labels ?? {} };
  const waits = active.map((pod) => availableInMs(pod, replicaSet.spec?.minReadySeconds ?? 0, nowMs));
  const former = replicaSet.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  const failing = {
    type: 'ReplicaFailure',
    status: 'True',
    lastTransitionTime: timestamp(nowMs),
    reason: failure?.reason ?? '',
    message: failure?.message ?? '',
  };
  const conditions = failure ? [former ?? failing] : [];
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter((pod) => matchesSelector(labels, pod.metadata.labels)).length,
    readyReplicas: active.filter(isPodReady).length,
    availableReplicas: waits.filter((wait) => wait === 0).length,
    observedGeneration: replicaSet.metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  };
}

/** When the next Pod becomes available, in milliseconds from now; undefined where none waits for that alone. */
export function nextAvailableMs(replicaSet: ReplicaSet, active: readonly Pod[], nowMs: number): number | undefined {
  const waits = active
    .map((pod) => availableInMs(pod, replicaSet.spec?.minReadySeconds ?? 0, nowMs))
    .filter((wait) => wait !== undefined && wait > 0);
  return waits.length > 0 ? Math.min(...(waits as number[])) : undefined;
}
