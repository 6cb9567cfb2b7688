import type { Kinds } from '../../api/registry.ts';
import { availableInMs, isPodFinished, isPodReady } from '../pods/pod-readiness.ts';

type StatefulSet = Kinds['StatefulSet'];
type Pod = Kinds['Pod'];

/** What a sync of a StatefulSet does next: one thing at a time under OrderedReady. */
export type Step = { create: number; revision: string } | { delete: Pod };

export interface Revisions {
  current: string;
  update: string;
}

export const revisionLabel = 'controller-revision-hash';
export const ordinalOf = (pod: Pod): number => Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);

/** Running, Ready, available and not going. */
const isHealthy = (set: StatefulSet, pod: Pod, nowMs: number): boolean =>
  !pod.metadata.deletionTimestamp &&
  pod.status?.phase === 'Running' &&
  isPodReady(pod) &&
  availableInMs(pod, set.spec?.minReadySeconds ?? 0, nowMs) === 0;

/**
 * The steps that are due (pkg/controller/statefulset/stateful_set_control.go): missing Pods from the lowest ordinal, each waiting for those
 * below; then the scale-down from the highest; then updates, highest first down to the partition. Parallel waits for none of the first two.
 */
export function decideSteps(set: StatefulSet, pods: readonly Pod[], revisions: Revisions, nowMs: number): Step[] {
  if (set.metadata.deletionTimestamp) return [];
  const { replicas = 1, ordinals, podManagementPolicy, updateStrategy } = set.spec ?? {};
  const first = ordinals?.start ?? 0;
  const ordered = podManagementPolicy !== 'Parallel';
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
  const wanted = Array.from({ length: replicas }, (_, index) => first + index);
  const partition = updateStrategy?.type === 'RollingUpdate' ? (updateStrategy.rollingUpdate?.partition ?? 0) : Number.POSITIVE_INFINITY;
  const revisionFor = (ordinal: number): string =>
    updateStrategy?.type === 'OnDelete' || ordinal >= first + partition || revisions.current === '' ? revisions.update : revisions.current;
  const steps: Step[] = [];
  for (const ordinal of wanted) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) steps.push({ create: ordinal, revision: revisionFor(ordinal) });
    else if (isPodFinished(pod) && !pod.metadata.deletionTimestamp) steps.push({ delete: pod });
    else if (!ordered || isHealthy(set, pod, nowMs)) continue;
    if (ordered) return steps;
  }
  const condemned = pods.filter((pod) => !wanted.includes(ordinalOf(pod))).sort((a, b) => ordinalOf(b) - ordinalOf(a));
  // All wanted ones are healthy, or nobody waits for them: the first unhealthy Pod is a condemned one, and may go before its time.
  const firstUnhealthy = condemned.findLast((pod) => !isHealthy(set, pod, nowMs));
  for (const pod of condemned) {
    if (ordered && !isHealthy(set, pod, nowMs) && !pod.metadata.deletionTimestamp && pod !== firstUnhealthy) return steps;
    if (!pod.metadata.deletionTimestamp) steps.push({ delete: pod });
    if (ordered) return steps;
  }
  if (steps.length > 0 || updateStrategy?.type !== 'RollingUpdate') return steps;
  for (const ordinal of wanted.filter((each) => each >= first + partition).reverse()) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) return steps;
    if (pod.metadata.labels?.[revisionLabel] !== revisions.update && !pod.metadata.deletionTimestamp) return [{ delete: pod }];
    if (!isHealthy(set, pod, nowMs)) return steps;
  }
  return steps;
}

/** The counts, and whether a rolling update is complete, so that its revision becomes the current one (completeRollingUpdate). */
export function computeStatefulSetStatus(
  set: StatefulSet,
  pods: readonly Pod[],
  revisions: Revisions,
  nowMs: number,
): NonNullable<StatefulSet['status']> {
  // A terminating Pod is still one of the set, for its name is taken; it is of no revision any more (updateStatus).
  const of = (revision: string): number =>
    pods.filter(({ metadata }) => metadata.labels?.[revisionLabel] === revision && !metadata.deletionTimestamp).length;
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod));
  const replicas = set.spec?.replicas ?? 1;
  const updated = of(revisions.update);
  const rolling = set.spec?.updateStrategy?.type === 'RollingUpdate';
  const done = rolling && updated === replicas && ready.length === replicas && pods.length === replicas;
  const currentRevision = done ? revisions.update : revisions.current || revisions.update;
  return {
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => availableInMs(pod, set.spec?.minReadySeconds ?? 0, nowMs) === 0).length,
    currentReplicas: of(currentRevision),
    updatedReplicas: updated,
    currentRevision,
    updateRevision: revisions.update,
    collisionCount: set.status?.collisionCount ?? 0,
    observedGeneration: set.metadata.generation ?? 0,
  };
}
