import type { Evidence } from '../../engine/experiment.ts';
import { isPodReady, type Pod } from '../../engine/kube/workloads.ts';
import type { Sighting } from '../../engine/sighting.ts';

/** What became of the Pod that a fault chose, in milliseconds since the variant's startedAt; null: it did not happen. */
export interface VictimStory {
  pod: string;
  bitMs: number;
  /** As it was when the fault bit. */
  before: Pod;
  /** The kubelet's Event Killing, because of a probe. */
  detectedMs: number | null;
  /** Its container runs again. */
  restartedMs: number | null;
  /** It stopped being Ready, after the fault and before the restart. */
  unreadyMs: number | null;
  /** Ready again after the restart. */
  readyMs: number | null;
  /** When the fault was over: its undo, or the end of what was seen. */
  endMs: number;
}

/** The story of a fault's victim; undefined where the fault chose none or did not bite. */
export function tellStory(
  { faults, sightings, startedAt }: Pick<Evidence, 'faults' | 'sightings' | 'startedAt'>,
  fault: string,
): VictimStory | undefined {
  const record = faults.find(({ id }) => id === fault);
  const { pod, uid, restarts } = record?.chosen ?? {};
  if (!record?.bitAt || typeof pod !== 'string') return undefined;
  const since = (at: string): number => Date.parse(at) - Date.parse(startedAt);
  const bitMs = since(record.bitAt);
  const endMs = record.undoneAt ? since(record.undoneAt) : (sightings.at(-1)?.atMs ?? bitMs);
  const ofPod = sightings.flatMap((one) => (one.kind === 'Pod' && one.pod.metadata.uid === uid ? [one] : []));
  const before = ofPod.filter(({ atMs }) => atMs <= bitMs).at(-1)?.pod;
  if (!before) return undefined;
  const during = ofPod.filter(({ atMs }) => atMs > bitMs && atMs <= endMs);
  const restartedMs = during.find((seen) => isRunningAgain(seen.pod, Number(restarts)))?.atMs ?? null;
  const upTo = restartedMs ?? endMs;
  return {
    pod,
    bitMs,
    before,
    detectedMs: sightings.find((one) => one.atMs > bitMs && one.atMs <= endMs && isProbeKill(one, pod))?.atMs ?? null,
    restartedMs,
    unreadyMs: during.find((seen) => seen.atMs <= upTo && !isPodReady(seen.pod))?.atMs ?? null,
    readyMs: restartedMs === null ? null : (during.find((seen) => seen.atMs > restartedMs && isPodReady(seen.pod))?.atMs ?? null),
    endMs,
  };
}

const isRunningAgain = ({ status }: Pod, restarts: number): boolean =>
  (status?.containerStatuses ?? []).some(({ restartCount, state }) => restartCount > restarts && state?.running !== undefined);

/** `Container app failed liveness probe, will be restarted` (kuberuntime_manager.go). */
const isProbeKill = (one: Sighting, pod: string): boolean =>
  one.kind === 'Event' &&
  one.event.reason === 'Killing' &&
  one.event.involvedObject.name === pod &&
  / failed liveness probe/.test(one.event.message ?? '');
