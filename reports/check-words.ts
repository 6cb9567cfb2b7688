import type { Check, Journal, Outcome, VariantName } from '../experiments/engine/journal.ts';
import { newcombeInterval } from '../experiments/engine/statistics/newcombe.ts';

/** What a check came to, in words: the same in every format. A control's criterion has to come out false, and that is said. */
export function verdictWords(check: Pick<Check, 'verdict' | 'expected'>): string {
  if (check.verdict === 'inconclusive') return 'cannot be said';
  if (check.expected === 'true') return check.verdict === 'pass' ? 'holds' : 'does not hold';
  return check.verdict === 'pass' ? 'does not hold, as predicted' : 'holds, though it was to fail';
}

/**
 * Whether a check is a finding about the system, for which a CI system stops a merge: of the treatment, where the run as a whole failed. What a
 * control or a further variant came out otherwise than predicted, or a run that proves nothing, says of the lab and not of the system.
 */
export const isFinding = ({ outcome }: Pick<Journal, 'outcome'>, variant: VariantName, { verdict }: Pick<Check, 'verdict'>): boolean =>
  outcome === 'failed' && variant === 'treatment' && verdict === 'fail';

/** A sentence from what stands in the middle of one. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** A mark that can be told without colour. */
export const verdictMarks: Record<Check['verdict'], string> = { pass: '✓', fail: '✗', inconclusive: '?' };
export const outcomeMarks: Record<Outcome, string> = { passed: '✓', failed: '✗', inconclusive: '?', errored: '!' };

/** The outcome as a word; a run that a signal ended has no outcome of its own. */
export function outcomeWord(journal: Pick<Journal, 'outcome' | 'interrupted'>): string {
  return journal.interrupted === null ? journal.outcome : 'interrupted';
}

/** How sure the answer is, for example `95 % interval 99.68 % to 100 %`; undefined where the check has no interval. */
export function intervalText(check: Check): string | undefined {
  if (!check.interval) return undefined;
  const { low, high, confidence, method } = check.interval;
  const show = (value: number): string => formatQuantity(value, check.observed.unit, check.sample !== undefined);
  return `${formatNumber(confidence * 100)} % interval ${show(low)} to ${show(high)} (${method})`;
}

/** When the requests were due that it counts, since the variant began; '' where it counts none, or not by time. */
const dueText = ({ due }: Check): string => (due ? ` due at ${seconds(due.fromMs)} to ${seconds(due.untilMs)} s` : '');
const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** How many were looked at, and how many it takes; undefined where the check is not a rate. */
export function sampleText(check: Check): string | undefined {
  if (!check.sample) return undefined;
  const { successes, trials, required } = check.sample;
  return `${successes} of ${trials}${dueText(check)}${required === undefined ? '' : `; the threshold takes ${required}`}`;
}

/**
 * What the mechanism is worth: how far a rate lies from the control's, with Newcombe's interval. Undefined for the control itself, and where the
 * control was not predicted to fail or nothing was counted.
 */
export function differenceText(check: Check, control: Check | undefined): string | undefined {
  if (!control || control === check || control.expected !== 'false' || !check.sample?.trials || !control.sample?.trials) return undefined;
  const counted = ({ successes, trials }: NonNullable<Check['sample']>) => ({ successes, total: trials });
  const { difference, lower, upper } = newcombeInterval(counted(control.sample), counted(check.sample));
  const points = (share: number): string => `${share > 0 ? '+' : ''}${formatNumber(share * 100)}`;
  return `${points(difference)} points against the control, 95 % interval ${points(lower)} to ${points(upper)} (Newcombe)`;
}

/** What the observation is held against; undefined where the title says all there is to say. */
export function thresholdText(check: Check): string | undefined {
  return check.threshold.value === true ? undefined : check.threshold.text;
}

/** The message, where it says more than what was observed. */
export function messageText(check: Check): string | undefined {
  const plain = (text: string): string => text.trim().replace(/\.$/, '');
  return [check.observed.text, `${check.title}: ${check.observed.text}`].some((said) => plain(said) === plain(check.message))
    ? undefined
    : check.message;
}

/** What might be touched, in a few words: the same in every format. */
export function blastRadiusText({
  blastRadius: { services, pods, mostPods, maxDurationMs, namespaces },
}: Pick<Journal, 'blastRadius'>): string {
  const most = mostPods === undefined ? '' : ` (at most ${mostPods} at a time)`;
  return `${services.length === 1 ? 'Service' : 'Services'} ${services.join(', ') || 'none'}; ${pods}${most}; for at most ${formatDuration(maxDurationMs)}; in ${namespaces}`;
}

/** A number with its unit; a rate without a unit is a share of 1 and shown in per cent. */
export function formatQuantity(value: number, unit: string | undefined, isRate = false): string {
  if (isRate && (unit === undefined || unit === '' || unit === 'ratio')) return `${formatPercent(value * 100)} %`;
  if (unit === '%') return `${formatPercent(value)} %`;
  if (unit === 'ms' && Math.abs(value) >= 1000) return `${formatNumber(value / 1000)} s`;
  return unit ? `${formatNumber(value)} ${unit}` : formatNumber(value);
}

/** A share short of 100 % never reads as 100 %: as many digits as that takes. */
function formatPercent(percent: number): string {
  if (percent >= 100 || percent < 99) return formatNumber(percent);
  const digits = Math.min(10, Math.max(2, Math.ceil(-Math.log10(100 - percent))));
  return trimmed(percent.toFixed(digits));
}

/** At most four digits that say something, and never an exponent: 1200, 12.43, 0.0031. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const digits = size === 0 || size >= 1000 ? 0 : size >= 1 ? 2 : Math.min(20, 1 - Math.floor(Math.log10(size)));
  return trimmed(value.toFixed(digits));
}

const trimmed = (digits: string): string => digits.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

/** A duration for people: `430 ms`, `4.2 s`, `1 min 36 s`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${formatNumber(Math.round(ms / 100) / 10)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds % 60 === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
