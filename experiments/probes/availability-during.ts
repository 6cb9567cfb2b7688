import type { Criterion } from '../engine/experiment.ts';
import { samplesWithin } from '../engine/load-series.ts';
import { percentile } from '../engine/statistics/percentile.ts';
import { rateDraft } from '../engine/verdict/rate-draft.ts';

export interface AvailabilityOptions {
  /** Id of the fault whose time it is about: from when it bit until it was undone. */
  fault: string;
  title: string;
  /** What is counted: `orders accepted while delivery was down`. */
  what: string;
  /** 0..1 */
  threshold: number;
  expectedInControl: 'true' | 'false';
}

/** Whether enough of the requests that were due during a fault succeeded, with 95 % confidence. */
export const availabilityDuring = ({ fault, title, what, threshold, expectedInControl }: AvailabilityOptions): Criterion => ({
  id: 'availability',
  async evaluate(_lab, { faults, samples, startedAt, measure }) {
    const record = faults.find(({ id }) => id === fault);
    const since = (at: string): number => Date.parse(at) - Date.parse(startedAt);
    const during = record?.bitAt && record.undoneAt ? samplesWithin(samples, since(record.bitAt), since(record.undoneAt)) : [];
    const failed = during.filter(({ error }) => error !== '');
    const classes = [...new Set(failed.map(({ error }) => error))].map(
      (one) => `${one}: ${failed.filter(({ error }) => error === one).length}`,
    );
    const latency = percentile(
      during.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b),
      95,
    );
    measure('latency-p95-during', `latency, p95, ${what}`, latency === null ? null : Math.round(latency), 'ms');
    const succeeding = (successes: number) =>
      rateDraft({ id: 'availability', title, what, successes, trials: during.length, threshold, expectedInControl, findings: classes });
    const inTime = during.length - failed.length;
    const inAnyTime = inTime + failed.filter(({ error }) => error === 'timeout').length;
    // Where it is the time-outs that break it, a slow machine could have.
    return [{ ...succeeding(inTime), dependsOnSpeed: succeeding(inAnyTime).result !== 'false' }];
  },
});
