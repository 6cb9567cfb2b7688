import type { Evidence, StepRecord } from '../../engine/experiment.ts';
import type { Series } from '../../engine/journal.ts';

/** Titles of the waits of a method whose load rises, stays and falls. */
export const loadPhases = { rise: 'the load rises', stay: 'the load stays high', fall: 'the load falls' } as const;

/** What became of a Deployment under a load that rises, stays and falls; times in milliseconds since the variant's startedAt, null: never. */
export interface ScalingStory {
  riseMs: number;
  stayMs: number;
  fallMs: number;
  /** From rise to stay, and how long it fell. */
  risingMs: number;
  fallingMs: number;
  /** The autoscaler's first decision after the load began to rise; the one for the most Pods. */
  firstDecisionMs: number | null;
  fullDecisionMs: number | null;
  /** As many Pods as were decided on are Ready. */
  readyMs: number | null;
  /** Decisions downwards after the load began to fall: the first one, and the one for the fewest. */
  firstDownMs: number | null;
  lastDownMs: number | null;
  /** How many decisions it took to come down. */
  stepsDown: number;
}

/** Undefined where the method has no such phases, or did not come to them. */
export function tellScaling(
  { steps, sightings, series }: Pick<Evidence, 'steps' | 'sightings' | 'series'>,
  deployment: string,
  { least, most }: { least: number; most: number },
): ScalingStory | undefined {
  const step = (title: string): StepRecord | undefined => steps.find(({ id }) => id === title);
  const [rise, stay, fall] = [step(loadPhases.rise), step(loadPhases.stay), step(loadPhases.fall)];
  if (!rise || !stay || !fall) return undefined;
  const decisions = sightings.flatMap((one) => {
    if (one.kind !== 'Event' || one.event.reason !== 'SuccessfulRescale' || one.event.involvedObject.name !== deployment) return [];
    const size = /^New size: (\d+);/.exec(one.event.message ?? '')?.[1];
    return size === undefined ? [] : [{ atMs: one.atMs, size: Number(size) }];
  });
  const up = decisions.filter(({ atMs }) => atMs >= rise.startedMs && atMs < fall.startedMs);
  const full = up.find(({ size }) => size >= most);
  const down = decisions.filter(({ atMs, size }) => atMs >= fall.startedMs && size < most);
  return {
    riseMs: rise.startedMs,
    stayMs: stay.startedMs,
    fallMs: fall.startedMs,
    risingMs: rise.endedMs - rise.startedMs,
    fallingMs: fall.endedMs - fall.startedMs,
    firstDecisionMs: up[0]?.atMs ?? null,
    fullDecisionMs: full?.atMs ?? null,
    readyMs: full ? reached(series, `replicas-${deployment}`, full.atMs, most) : null,
    firstDownMs: down[0]?.atMs ?? null,
    lastDownMs: down.find(({ size }) => size <= least)?.atMs ?? null,
    stepsDown: down.findIndex(({ size }) => size <= least) + 1 || down.length,
  };
}

/** When a line first comes to a value, from that moment on. */
function reached(series: Series[], id: string, fromMs: number, least: number): number | null {
  const points = series.find((one) => one.id === id)?.points ?? [];
  return points.find(([atMs, value]) => atMs >= fromMs && value !== null && value >= least)?.[0] ?? null;
}
