import type { CheckDraft, Criterion } from '../engine/experiment.ts';
import { trialsRequired, wilsonInterval } from '../engine/statistics/wilson.ts';
import { explainedBySlowness } from './explained-by-slowness.ts';
import { failuresByKind } from './failures-by-kind.ts';
import { type Counted, countDue, requestsWhile } from './requests-during.ts';

export interface NoneLostOptions {
  /** Id of the fault that begins the time it is about. */
  fault: string;
  /** Id of the step whose end ends it. */
  until: string;
  /** For sentences: `while product was rolled out`. */
  when: string;
  /** 0..1: so much must the requests be able to prove if none is lost; 0.999 takes 3,838. */
  threshold: number;
  expectedInControl: 'true' | 'false';
}

/**
 * Whether no request was lost. One lost request makes it false; none makes it true only where there were enough of them to say so. Requests
 * count by when they were due, from the fault's injection until the step's end.
 */
export const noneLost = ({ fault, until, when, threshold, expectedInControl }: NoneLostOptions): Criterion => ({
  id: 'none-lost',
  async evaluate(_lab, { faults, steps, samples, startedAt, measure }) {
    const record = faults.find(({ id }) => id === fault);
    const step = steps.find(({ id }) => id === until);
    if (!record || !step) return [];
    const fromMs = Date.parse(record.injectedAt) - Date.parse(startedAt);
    const counted = countDue(samples, fromMs, step.endedMs);
    measure('rollout-time', `how long it took: requests counted ${when}`, Math.round((step.endedMs - fromMs) / 100) / 10, 's');
    return [noneLostDraft(counted, { when, threshold, expectedInControl })];
  },
});

/** The same for the time from the injection of the first of several faults until the last was undone. Not asked of a variant without them. */
export const noneLostWhile = ({
  id,
  faults,
  ...options
}: Omit<NoneLostOptions, 'fault' | 'until'> & { id: string; faults: readonly string[] }): Criterion => ({
  id,
  async evaluate(_lab, evidence) {
    const counted = requestsWhile(evidence, faults);
    return counted ? [{ ...noneLostDraft(counted, options), id }] : [];
  },
});

const count = (n: number): string => n.toLocaleString('en-US');

/** The check itself, from the samples of the time in question. */
export function noneLostDraft(
  { samples: during, due }: Counted,
  { when, threshold, expectedInControl }: Pick<NoneLostOptions, 'when' | 'threshold' | 'expectedInControl'>,
): CheckDraft {
  const lost = during.filter(({ error }) => error !== '');
  const trials = during.length;
  const required = trialsRequired(threshold);
  const { low, high } = wilsonInterval(trials - lost.length, trials);
  const result = lost.length > 0 ? 'false' : trials >= required ? 'true' : 'unknown';
  const kinds = failuresByKind(lost);
  const percent = (rate: number): string => `${(Math.floor(rate * 10_000 + 1e-9) / 100).toString()} %`;
  const seen = `${count(lost.length)} of ${count(trials)} requests were lost ${when}`;
  return {
    id: 'none-lost',
    title: `no request is lost ${when}`,
    observed: { value: trials === 0 ? null : (100 * lost.length) / trials, unit: '%', text: seen },
    threshold: { op: '==', value: 0, unit: '%', text: `none of at least ${count(required)}` },
    interval: { low: (1 - high) * 100, high: (1 - low) * 100, confidence: 0.95, method: 'Wilson' },
    sample: { successes: trials - lost.length, trials, required },
    ...(due && { due }),
    result,
    expectedInControl,
    message: {
      true: `none of ${count(trials)} requests was lost ${when}: at least ${percent(low)} succeed, with 95 % confidence`,
      false: `${seen} (${kinds.join('; ')})`,
      unknown: `none of ${count(trials)} requests was lost ${when}, but ${percent(threshold)} takes ${count(required)}`,
    }[result],
    ...(kinds.length > 0 && { findings: kinds }),
    dependsOnSpeed: explainedBySlowness(lost).length === lost.length,
  };
}
