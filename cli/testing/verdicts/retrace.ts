import { parse } from 'csv-parse/sync';
import type { Check, Journal, VariantRecord } from '../../../experiments/engine/journal.ts';
import { percentile } from '../../../experiments/engine/statistics/percentile.ts';
import { loadPhases } from '../../../experiments/probes/scaling/scaling-story.ts';

interface Row {
  due_ms: string;
  latency_ms: string;
  answer: string;
  connection: string;
  served_by: string;
}

/** What a journal says and does not follow from the requests, Pods and Events in it, in sentences; [] where all of it does. */
export const retrace = ({ variants }: Journal): string[] => variants.flatMap((variant) => retraceVariant(variant));

function retraceVariant(variant: VariantRecord): string[] {
  const { name, samples, loads, checks, series } = variant;
  const [load] = loads;
  if (!load) return [];
  if (!samples) return [`${name} has a load and no requests`];
  const rows = parse(samples.csv, { columns: true }) as Row[];
  const wrong = retraceWindows(variant);
  const hold = (what: string, told: unknown, counted: unknown): void => {
    if (told !== counted) wrong.push(`${name}, ${what}: ${told} is told, and ${counted} follow from the requests`);
  };
  hold('requests', load.requests, rows.length + samples.leftOut);
  hold('requests that succeeded', load.succeeded, rows.filter(succeeded).length + samples.leftOut);
  for (const [error, count] of Object.entries(load.errors)) hold(error, count, rows.filter(({ answer }) => answer === error).length);
  if (samples.leftOut > 0) return wrong;
  for (const check of checks) retraceCheck(check, rows, (what, told, counted) => hold(`${check.id}, ${what}`, told, counted));
  const throughput = series.find(({ id }) => id === 'throughput')?.points ?? [];
  for (const [atMs, told] of throughput)
    hold(`requests due at ${atMs} ms and in the second after`, told, dueIn(rows, atMs, atMs + 1000).length);
  return wrong;
}

/** Checks that count requests of a time have to say of which. */
const countsRequests = /^(availability|none-lost|good-version-loses-none|latency)/;

function retraceCheck(
  { id, due, sample, observed }: Check,
  rows: Row[],
  hold: (what: string, told: unknown, counted: unknown) => void,
): void {
  if (!due) {
    if (countsRequests.test(id) && observed.value !== null) hold('the time in which they were due', 'none', 'all that it counts');
    return;
  }
  const during = dueIn(rows, due.fromMs, due.untilMs);
  if (sample) {
    hold('requests', sample.trials, during.length);
    hold('requests that succeeded', sample.successes, during.filter(succeeded).length);
  } else if (observed.unit === 'ms') {
    const p95 = percentile(
      during.map(({ latency_ms }) => Number(latency_ms)).sort((a, b) => a - b),
      95,
    );
    hold('p95', observed.value, p95 === null ? null : Math.round(p95));
  }
}

/** From what the time of a window is told: the moment that it begins at, and what the API told at its end. */
const windowEnds: Record<string, { begins(variant: VariantRecord): number | undefined; saw: RegExp }> = {
  detection: { begins: bitMs, saw: /^Event Killing: .* failed liveness probe/ },
  restart: { begins: bitMs, saw: /; \S+ running, [1-9]\d* restarts/ },
  decision: { begins: stepMs(loadPhases.rise), saw: /^Event SuccessfulRescale/ },
  'scale-down': { begins: stepMs(loadPhases.fall), saw: /^Event SuccessfulRescale/ },
};

/** Moments of faults are written in whole milliseconds. */
const roundedMs = 1.5;

function retraceWindows(variant: VariantRecord): string[] {
  return (variant.windows ?? []).flatMap(({ id, observedMs }) => {
    const ends = windowEnds[id];
    const beginsMs = ends?.begins(variant);
    if (!ends || observedMs === null || beginsMs === undefined) return [];
    const isTold = (variant.sightings ?? []).some(
      ({ atMs, saw }) => ends.saw.test(saw) && Math.abs(atMs - beginsMs - observedMs) < roundedMs,
    );
    return isTold ? [] : [`${variant.name}, ${id}: nothing that the API told came ${observedMs} ms after ${beginsMs} ms (${ends.saw})`];
  });
}

function bitMs({ faults, startedAt }: VariantRecord): number | undefined {
  const at = faults[0]?.bitAt;
  return at ? Date.parse(at) - Date.parse(startedAt) : undefined;
}

function stepMs(id: string): (variant: VariantRecord) => number | undefined {
  return ({ steps = [] }) => steps.find((step) => step.id === id)?.startedMs;
}

const succeeded = ({ answer }: Row): boolean => /^\d+$/.test(answer);
const dueIn = (rows: Row[], fromMs: number, untilMs: number): Row[] =>
  rows.filter(({ due_ms }) => Number(due_ms) >= fromMs && Number(due_ms) < untilMs);
