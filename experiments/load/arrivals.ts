import type { Ramp } from '../engine/experiment.ts';

/** When requests are due, in milliseconds since the load's start, whatever becomes of them: an open model does not wait for answers. */
export interface Arrivals {
  /** The request of that index, from 0; Infinity: it never is. */
  dueAt(index: number): number;
  /** How many are due by then. */
  dueBy(elapsedMs: number): number;
  /** Requests a second at that moment. */
  rateAt(elapsedMs: number): number;
}

/** Evenly, the first at once. */
export const constantArrivals = (rate: number): Arrivals => rampingArrivals({ startRate: rate, stages: [] });

interface Segment {
  fromMs: number;
  /** How many requests would be due before it, not rounded. */
  before: number;
  /** Requests a millisecond at its start. */
  rate: number;
  /** How much the rate changes in a millisecond. */
  slope: number;
  /** Infinity for the last. */
  durationMs: number;
}

/** By the area under the rate: the n-th request is due when it reaches n. */
export function rampingArrivals({ startRate, timeUnitMs = 1000, stages }: Ramp): Arrivals {
  const segments: Segment[] = [];
  let last: Segment = { fromMs: 0, before: 0, rate: startRate / timeUnitMs, slope: 0, durationMs: Number.POSITIVE_INFINITY };
  for (const { target, durationMs } of stages) {
    const rate = target / timeUnitMs;
    if (durationMs > 0) segments.push({ ...last, durationMs, slope: (rate - last.rate) / durationMs });
    const before = last.before + ((last.rate + rate) / 2) * durationMs;
    last = { ...last, fromMs: last.fromMs + durationMs, before, rate };
  }
  segments.push(last);
  const at = (elapsedMs: number): Segment => segments.find(({ fromMs, durationMs }) => elapsedMs < fromMs + durationMs) ?? last;
  const area = (elapsedMs: number): number => {
    const { fromMs, before, rate, slope } = at(elapsedMs);
    const ms = elapsedMs - fromMs;
    return before + rate * ms + (slope * ms * ms) / 2;
  };
  return {
    dueBy: (elapsedMs) => (elapsedMs < 0 ? 0 : Math.floor(area(elapsedMs) + 1e-9) + 1),
    dueAt(index) {
      const { fromMs, before, rate, slope } = segments.filter((segment) => segment.before <= index + 1e-9).at(-1) ?? last;
      return fromMs + timeFor(Math.max(0, index - before), rate, slope);
    },
    rateAt(elapsedMs) {
      const { fromMs, rate, slope } = at(elapsedMs);
      return 1000 * (rate + slope * (elapsedMs - fromMs));
    },
  };
}

/** Until the area under `rate + slope * t` reaches `wanted`; in this form nothing cancels where the slope is small. */
function timeFor(wanted: number, rate: number, slope: number): number {
  if (wanted === 0) return 0;
  const root = Math.sqrt(Math.max(0, rate * rate + 2 * slope * wanted));
  return rate + root === 0 ? Number.POSITIVE_INFINITY : (2 * wanted) / (rate + root);
}
