import { type BreakerReading, endedCalls } from './breaker-reading.ts';

/** What a breaker did about a fault, told from readings of it. Times in milliseconds since the variant's startedAt. */
export interface BreakerStory {
  /** When it was first seen to have opened after the fault bit; null: never. */
  openedMs: number | null;
  /** How long before that nobody had looked; 0: it never opened. */
  unseenMs: number;
  /** From when on, after the toxics were gone, it stayed closed; null: it did not, or is off. */
  closedMs: number | null;
  /** How often it went to half-open, from the bite to the end. */
  halfOpened: number;
  /** Calls that it let through while it was open, one for each try, and the tries of that time; null: it was not open long enough. */
  probes: { calls: number; tries: number } | null;
  /** Calls of the time of the fault by their outcome. */
  during: { ok: number; failed: number; shortCircuited: number };
}

export interface StoryTimes {
  bitMs: number;
  /** When the toxics were gone. */
  goneMs: number;
  /** After the opening, calls that went out before it fail no longer than this later. */
  settledMs: number;
}

/** The story; undefined where there are no readings from before the bite and after the end of the fault. */
export function tellBreakerStory(readings: readonly BreakerReading[], { bitMs, goneMs, settledMs }: StoryTimes): BreakerStory | undefined {
  const before = lastBy(readings, bitMs);
  const atGone = lastBy(readings, goneMs);
  const last = readings.at(-1);
  if (!before || !atGone || !last || last.atMs < goneMs) return undefined;
  const openedAt = readings.findIndex(({ atMs, opened }) => atMs > bitMs && opened > before.opened);
  const openedMs = readings[openedAt]?.atMs ?? null;
  const settled = openedMs === null ? undefined : readings.find(({ atMs }) => atMs >= openedMs + settledMs);
  return {
    openedMs,
    unseenMs: openedMs === null ? 0 : openedMs - (readings[openedAt - 1]?.atMs ?? bitMs),
    closedMs: closedFrom(readings, goneMs),
    halfOpened: last.halfOpened - before.halfOpened,
    probes:
      settled && settled.atMs < atGone.atMs
        ? { calls: atGone.ok + atGone.failed - settled.ok - settled.failed, tries: atGone.halfOpened - settled.halfOpened }
        : null,
    during: {
      ok: atGone.ok - before.ok,
      failed: atGone.failed - before.failed,
      shortCircuited: atGone.shortCircuited - before.shortCircuited,
    },
  };
}

/** The first reading of those that are closed to the end, if any; the toxics' end where it was closed by then. */
function closedFrom(readings: readonly BreakerReading[], goneMs: number): number | null {
  const after = readings.filter(({ atMs }) => atMs >= goneMs);
  const lastOther = after.findLastIndex(({ state }) => state !== 'closed');
  const first = after[lastOther + 1];
  if (!first) return null;
  return lastOther < 0 && lastBy(readings, goneMs)?.state === 'closed' ? goneMs : first.atMs;
}

/** Calls that failed longer ago have been forgotten by a breaker that counts failures in a row. */
const calmMs = 1000;

/**
 * What was wrong with the calls before a fault, in words; undefined where nothing was. A breaker that is open already, or has counted failures,
 * does not open by the fault, so its times say nothing about it. `failures`: so many in a row open it. Undefined, too, without readings.
 */
export function tellUnrest(readings: readonly BreakerReading[], injectedMs: number, failures: number): string | undefined {
  const last = lastBy(readings, injectedMs);
  if (!last) return undefined;
  if (last.state !== 'closed' && last.state !== 'off') return `the breaker was ${last.state}`;
  const failed = last.failed - (lastBy(readings, injectedMs - calmMs) ?? readings[0] ?? last).failed;
  if (failed > 0) return `${failed} calls had failed in the second before`;
  return last.inFlight >= failures ? `${last.inFlight} calls were waiting` : undefined;
}

/**
 * How many of the calls that were begun in the second half of a fault had their outcome at its end: where fewer end than begin, what waits
 * grows for as long as the fault lasts. The first half is left out, as what takes longer holds more calls, once. Undefined without readings.
 */
export function callsEnded(
  readings: readonly BreakerReading[],
  bitMs: number,
  goneMs: number,
): { begun: number; ended: number } | undefined {
  const middle = lastBy(readings, (bitMs + goneMs) / 2);
  const end = lastBy(readings, goneMs);
  if (!middle || !end || middle.atMs <= bitMs) return undefined;
  const ended = endedCalls(end) - endedCalls(middle);
  const begun = ended + end.inFlight - middle.inFlight;
  return { begun, ended: Math.max(0, Math.min(begun, ended)) };
}

const lastBy = (readings: readonly BreakerReading[], ms: number): BreakerReading | undefined => readings.findLast(({ atMs }) => atMs <= ms);
