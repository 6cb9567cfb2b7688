import type { CheckDraft } from './experiment.ts';
import { trialsRequired, wilsonInterval } from './statistics/wilson.ts';

const percent = (share: number, digits = 2): string => `${(share * 100).toFixed(digits)} %`;
/** A threshold as it was given: 99 %, 99.9 %. */
const exact = (share: number): string => `${Number((share * 100).toFixed(4))} %`;

export interface RateQuestion {
  id: string;
  /** What is counted, for the sentence: `orders accepted while delivery was down`. */
  what: string;
  successes: number;
  trials: number;
  /** 0..1 */
  atLeast: number;
  expectedInControl: 'true' | 'false';
}

/** Whether a rate is at least so much, with 95 % confidence: true or false only where the whole interval is on one side. */
export function rateCheck({ id, what, successes, trials, atLeast, expectedInControl }: RateQuestion): CheckDraft {
  const { low, high } = wilsonInterval(successes, trials);
  const result = trials === 0 ? 'unknown' : low >= atLeast ? 'true' : high < atLeast ? 'false' : 'unknown';
  const required = trialsRequired(atLeast, result === 'unknown' ? trials - successes : 0);
  const counted = `${successes} of ${trials} ${what} (${trials === 0 ? 'no rate' : percent(successes / trials)}, 95 % interval ${percent(low)} to ${percent(high)})`;
  const verdicts = {
    true: `${counted}: at least ${exact(atLeast)}.`,
    false: `${counted}: below ${exact(atLeast)}.`,
    unknown: `${counted}: too few to say whether it is ${exact(atLeast)}; it takes ${required} with ${trials - successes} failed.`,
  };
  return {
    id,
    title: `at least ${exact(atLeast)} of ${what.replace(/^\w/, (letter) => letter)}`,
    observed: { value: trials === 0 ? null : successes / trials, text: trials === 0 ? 'none' : percent(successes / trials) },
    threshold: { op: '>=', value: atLeast, text: `at least ${exact(atLeast)}` },
    interval: { low, high, confidence: 0.95, method: 'Wilson' },
    sample: { successes, trials, required },
    result,
    expectedInControl,
    message: verdicts[result],
  };
}

/** Whether something holds without exception; `findings` name each exception. */
export function everyCheck(options: {
  id: string;
  title: string;
  total: number;
  findings: string[];
  expectedInControl: 'true' | 'false';
  nothing: string;
}): CheckDraft {
  const { id, title, total, findings, expectedInControl, nothing } = options;
  const holds = findings.length === 0;
  return {
    id,
    title,
    observed: { value: total === 0 ? null : findings.length, text: total === 0 ? nothing : `${findings.length} exceptions of ${total}` },
    threshold: { op: '==', value: 0, text: 'no exception' },
    result: total === 0 ? 'unknown' : holds ? 'true' : 'false',
    expectedInControl,
    message:
      total === 0
        ? `${nothing}.`
        : holds
          ? `All ${total} checked one by one: no exception.`
          : `${findings.length} exceptions of ${total}: ${findings.slice(0, 3).join('; ')}${findings.length > 3 ? '; …' : ''}.`,
    ...(findings.length > 0 && { findings: findings.slice(0, 50) }),
  };
}

/** A statement that was looked at once. */
export function factCheck(options: {
  id: string;
  title: string;
  holds: boolean | undefined;
  observed: string;
  expectedInControl?: 'true' | 'false';
  kind?: CheckDraft['kind'];
}): CheckDraft {
  const { id, title, holds, observed, expectedInControl = 'true', kind } = options;
  return {
    id,
    ...(kind && { kind }),
    title,
    observed: { value: holds ?? null, text: observed },
    threshold: { op: '==', value: true, text: 'true' },
    result: holds === undefined ? 'unknown' : holds ? 'true' : 'false',
    expectedInControl,
    message: `${observed}.`,
  };
}
