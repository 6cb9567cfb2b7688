import type { CheckDraft, Criterion } from '../engine/experiment.ts';
import { percentile, percentileInterval } from '../engine/statistics/percentile.ts';
import { requestsDuring } from './requests-during.ts';

export interface LatencyOptions {
  /** Id of the fault whose time it is about: from when it bit until it was undone. */
  fault: string;
  /** For what heals by itself: the time from its injection until the end of the step of this id. */
  until?: string;
  title: string;
  /** What is counted: `orders while delivery was slow`. */
  what: string;
  /** 0..100 */
  percentile: number;
  atMostMs: number;
  expectedInControl: 'true' | 'false';
}

/** Whether a percentile of the latency of what was due during a fault keeps to a bound, with 95 % confidence; failed requests count too. */
export const latencyDuring = ({ fault, until, ...question }: LatencyOptions): Criterion => ({
  id: `latency-p${question.percentile}`,
  async evaluate(_lab, evidence) {
    const counted = requestsDuring(evidence, { fault, until });
    if (!counted) return [];
    const { samples, due } = counted;
    const latencies = samples.map(({ latencyMs }) => latencyMs);
    return [{ ...latencyDraft(latencies, question), ...(due && { due }) }];
  },
});

/** The check itself: true where the whole interval is within the bound, false where all of it is beyond, else unknown. */
export function latencyDraft(
  latenciesMs: readonly number[],
  { title, what, percentile: p, atMostMs, expectedInControl }: Omit<LatencyOptions, 'fault' | 'until'>,
): CheckDraft {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const { low, high } = percentileInterval(sorted, p);
  const value = percentile(sorted, p);
  const result = high !== null && high <= atMostMs ? 'true' : low !== null && low > atMostMs ? 'false' : 'unknown';
  const count = sorted.length.toLocaleString('en-US');
  const ms = (one: number | null): string => (one === null ? 'unknown' : `${Math.round(one).toLocaleString('en-US')} ms`);
  const seen = value === null ? 'no request' : `p${p} ${ms(value)} (${ms(low)} to ${ms(high)}) of ${count} ${what}`;
  return {
    id: `latency-p${p}`,
    title,
    observed: { value: value === null ? null : Math.round(value), unit: 'ms', text: seen },
    threshold: { op: '<=', value: atMostMs, unit: 'ms', text: `at most ${ms(atMostMs)}` },
    ...(low !== null && high !== null && { interval: { low, high, confidence: 0.95, method: 'order statistics' } }),
    result,
    expectedInControl,
    dependsOnSpeed: true,
    message: {
      true: `${seen}: at most ${ms(high)} with 95 % confidence`,
      false: `${seen}: more than ${ms(atMostMs)} with 95 % confidence`,
      unknown: `${seen}: that does not say whether it is at most ${ms(atMostMs)}`,
    }[result],
  };
}
