import type { EventLoopUtilization } from 'node:perf_hooks';
import type { LoadOptions } from '../engine/experiment.ts';

export interface Kept {
  /** Declared iterations a second. */
  rate: number;
  maxVUs: number;
  timeoutMs: number;
  maxLatenessMs: number;
  latenessP99Ms: number | null;
  /** Due while all VUs waited for answers. */
  droppedBusy: number;
  /** Due while the loader itself was behind. */
  droppedLate: number;
}

/** Requests that leave later than this, at p99, are no longer the declared load, where a scenario does not say otherwise. */
export const usualLatenessMs = 100;

/** Why a load was not as declared: the loader could not keep up, or the system kept all VUs waiting. null: it was. */
export function decideSaturation({ rate, maxVUs, timeoutMs, maxLatenessMs, latenessP99Ms, droppedBusy, droppedLate }: Kept): string | null {
  if (droppedLate > 0)
    return `the loader fell behind: ${droppedLate} requests were due and could not be sent; this machine is too busy for ${rate} requests/s`;
  if (latenessP99Ms !== null && latenessP99Ms > maxLatenessMs) {
    return `the loader fell behind: requests left ${Math.round(latenessP99Ms)} ms late at p99 (bound ${maxLatenessMs} ms); this machine is too busy for ${rate} requests/s`;
  }
  if (droppedBusy > 0) {
    const enough = Math.ceil((rate * timeoutMs) / 1000);
    return `the system under test was too slow for ${maxVUs} VUs: all waited for answers when ${droppedBusy} requests were due; ${enough} VUs suffice at ${rate} requests/s whatever it does (time-out ${timeoutMs} ms)`;
  }
  return null;
}

/** The same for a scenario; null where it has no rate: VUs send as fast as they are answered, which cannot be missed. */
export function saturationOf(
  { rate, maxVUs, maxLatenessMs = usualLatenessMs, request: { timeoutMs } }: LoadOptions['scenario'],
  seen: Pick<Kept, 'latenessP99Ms' | 'droppedBusy' | 'droppedLate'>,
): string | null {
  return rate === null ? null : decideSaturation({ rate, maxVUs, maxLatenessMs, timeoutMs, ...seen });
}

/** Answers that come to a thread which is always at work lie about before it looks at them. */
const busyFrom = 0.95;

/** Shorter loads say nothing of how busy their generator is: it is as it starts. */
const leastMs = 1000;

/** The share of a load's time, 0 to 1, in which the generator's one thread was at work; 0 where the load was too short to say. */
export const utilizationOf = ({ idle, active, utilization }: EventLoopUtilization): number => (idle + active < leastMs ? 0 : utilization);

/** Why latencies hold waits of the generator itself, by the share of time (0 to 1) in which the busiest of so many was at work. null: they do not. */
export function decideBusy(utilization: number, processes = 1): string | null {
  if (utilization < busyFrom) return null;
  const cores = processes === 1 ? 'one core does' : `${processes} cores do`;
  return `the load generator was at work ${Math.round(utilization * 100)} % of the time, so latencies hold waits of its own: ${cores} not suffice for it`;
}
