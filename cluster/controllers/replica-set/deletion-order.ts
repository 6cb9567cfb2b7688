import type { Kinds } from '../../api/registry.ts';
import { isPodReady, readyCondition } from '../pods/pod-readiness.ts';

type Pod = Kinds['Pod'];

const phases: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';

const costOf = (pod: Pod): number => {
  const text = pod.metadata.annotations?.[deletionCost] ?? '0';
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
};
/** The most restarts of a container; then of a sidecar. */
function restartsOf(pod: Pod): [number, number] {
  const most = (statuses: { restartCount: number }[] | undefined): number =>
    Math.max(0, ...(statuses ?? []).map((one) => one.restartCount));
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name);
  return [most(pod.status?.containerStatuses), most(pod.status?.initContainerStatuses?.filter(({ name }) => sidecars.includes(name)))];
}

/** Times are compared as powers of two of nanoseconds, so that Pods of about the same age count as equal. */
const rank = (since: string | undefined, nowMs: number): number => {
  if (since === undefined) return Number.NEGATIVE_INFINITY;
  const nanoseconds = (nowMs - Date.parse(since)) * 1e6;
  return nanoseconds <= 0 ? Number.NEGATIVE_INFINITY : Math.floor(Math.log2(nanoseconds));
};
const younger = (a: string | undefined, b: string | undefined, nowMs: number): number => {
  // Without a time it is as new as can be.
  if ((a === undefined) !== (b === undefined)) return a === undefined ? -1 : 1;
  return rank(a, nowMs) - rank(b, nowMs);
};
const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Which of two Pods is deleted first: negative for `a` (controller_utils.go ActivePodsWithRanks). `sameNode` says how many active Pods of
 * sibling ReplicaSets a Pod's node has.
 */
export function compareForDeletion(a: Pod, b: Pod, sameNode: (pod: Pod) => number, nowMs: number): number {
  const [assignedA, assignedB] = [Boolean(a.spec?.nodeName), Boolean(b.spec?.nodeName)];
  if (assignedA !== assignedB) return assignedA ? 1 : -1;
  const phase = (phases[a.status?.phase ?? ''] ?? 0) - (phases[b.status?.phase ?? ''] ?? 0);
  if (phase !== 0) return phase;
  const [readyA, readyB] = [isPodReady(a), isPodReady(b)];
  if (readyA !== readyB) return readyA ? 1 : -1;
  if (costOf(a) !== costOf(b)) return costOf(a) - costOf(b);
  if (sameNode(a) !== sameNode(b)) return sameNode(b) - sameNode(a);
  if (readyA && readyB) {
    const [sinceA, sinceB] = [readyCondition(a)?.lastTransitionTime, readyCondition(b)?.lastTransitionTime];
    if (sinceA !== sinceB) return younger(sinceA, sinceB, nowMs) || text(a.metadata.uid, b.metadata.uid);
  }
  const [restartsA, restartsB] = [restartsOf(a), restartsOf(b)];
  if (restartsA[0] !== restartsB[0]) return restartsB[0] - restartsA[0];
  if (restartsA[1] !== restartsB[1]) return restartsB[1] - restartsA[1];
  const [bornA, bornB] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (bornA !== bornB) return younger(bornA, bornB, nowMs) || text(a.metadata.uid, b.metadata.uid);
  return 0;
}
