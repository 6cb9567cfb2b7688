import type { CheckDraft } from '../experiment.ts';
import { trialsRequired, wilsonInterval } from '../statistics/wilson.ts';

export interface RateQuestion {
  id: string;
  title: string;
  /** What was counted, for sentences: `orders accepted while delivery was down`. */
  what: string;
  successes: number;
  trials: number;
  /** 0..1; the rate has to be at least this. */
  threshold: number;
  expectedInControl: 'true' | 'false';
  findings?: string[];
}

const percent = (rate: number): string => `${(Math.floor(rate * 10_000 + 1e-9) / 100).toString()} %`;
const count = (n: number): string => n.toLocaleString('en-US');

/**
 * A check of a rate against a threshold by its Wilson 95 % interval: true where all of it is above, false where all is below, else unknown,
 * and then it says how many requests it takes.
 */
export function rateDraft({ id, title, what, successes, trials, threshold, expectedInControl, findings = [] }: RateQuestion): CheckDraft {
  const { low, high } = wilsonInterval(successes, trials);
  const result = trials === 0 ? 'unknown' : low >= threshold ? 'true' : high < threshold ? 'false' : 'unknown';
  const failures = trials - successes;
  // Where the answer is clear, it is told what it takes at best; else what it takes with these failures.
  const required = trialsRequired(threshold, result === 'unknown' ? failures : 0);
  const rate = trials === 0 ? null : successes / trials;
  const seen = `${count(successes)} of ${count(trials)} ${what}`;
  const takes = `${percent(threshold)} takes ${count(required)} requests${failures === 0 ? ' without a failure' : ` with ${count(failures)} failure${failures === 1 ? '' : 's'}`}`;
  const message = {
    true: `${seen}: at least ${percent(low)} with 95 % confidence`,
    false: `${seen}: at most ${percent(high)} with 95 % confidence`,
    unknown: trials === 0 ? `no request was due, so nothing is known; ${takes}` : `${seen} proves no more than ${percent(low)}; ${takes}`,
  }[result];
  return {
    id,
    title,
    observed: { value: rate === null ? null : rate * 100, unit: '%', text: rate === null ? 'no request' : `${percent(rate)} (${seen})` },
    threshold: { op: '>=', value: threshold * 100, unit: '%', text: `at least ${percent(threshold)}` },
    interval: { low: low * 100, high: high * 100, confidence: 0.95, method: 'Wilson' },
    sample: { successes, trials, ...(Number.isFinite(required) && { required }), what },
    result,
    expectedInControl,
    message,
    ...(findings.length > 0 && { findings: findings.slice(0, 50) }),
  };
}
