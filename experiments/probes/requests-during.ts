import type { Evidence, Sample } from '../engine/experiment.ts';
import type { Check } from '../engine/journal.ts';
import { samplesWithin } from '../engine/load-series.ts';

/** Requests that were due in a time, with that time: a check tells it, so that what it counts can be counted again in the journal. */
export interface Counted {
  samples: Sample[];
  /** Absent: there was no such time, and no request. */
  due?: NonNullable<Check['due']>;
}

export const countDue = (samples: readonly Sample[], fromMs: number, untilMs: number): Counted => ({
  samples: samplesWithin(samples, fromMs, untilMs),
  due: { fromMs, untilMs },
});

/**
 * The requests that were due during a fault: from when it bit until it was undone, or with `until` from its injection to the end of that step.
 * None where there was no such time; undefined where this variant leaves the fault out.
 */
export function requestsDuring(
  { faults, steps, samples, startedAt }: Evidence,
  { fault, until }: { fault: string; until: string | undefined },
): Counted | undefined {
  const record = faults.find(({ id }) => id === fault);
  if (!record) return undefined;
  const since = (at: string | null): number | null => (at === null ? null : Date.parse(at) - Date.parse(startedAt));
  const fromMs = since(until === undefined ? record.bitAt : record.injectedAt);
  const toMs = until === undefined ? since(record.undoneAt) : (steps.find(({ id }) => id === until)?.endedMs ?? null);
  return fromMs === null || toMs === null ? { samples: [] } : countDue(samples, fromMs, toMs);
}

/**
 * The requests that were due from the injection of the first of these faults until the last was undone; undefined where this variant leaves all
 * of them out.
 */
export function requestsWhile({ faults, samples, startedAt, load }: Evidence, ids: readonly string[]): Counted | undefined {
  const made = faults.filter(({ id }) => ids.includes(id));
  if (made.length === 0) return undefined;
  const since = (at: string): number => Date.parse(at) - Date.parse(startedAt);
  const fromMs = Math.min(...made.map(({ injectedAt }) => since(injectedAt)));
  const untilMs = Math.max(...made.map(({ undoneAt }) => since(undoneAt ?? load.endedAt)));
  return countDue(samples, fromMs, untilMs);
}
