import type { Check, Journal, Outcome, VariantRecord } from '../../experiments/engine/journal.ts';
import { formatDuration, formatQuantity, outcomeWord } from '../check-words.ts';

/** Several journals told together; `leftOut` names files that should have been among them and could not be read, with the reason. */
export interface Suite {
  journals: Journal[];
  leftOut: string[];
}

export interface SuiteVerdict {
  outcome: Outcome;
  /** `5 of 6 experiments passed; hpa failed`. */
  sentence: string;
}

/** Worst first, as the exit codes have it. */
const worst: Outcome[] = ['errored', 'failed', 'inconclusive', 'passed'];

/** In the order in which they ran. */
export function makeSuite(journals: Journal[], leftOut: string[] = []): Suite {
  const place = ({ startedAt, experiment }: Journal): string => `${startedAt} ${experiment.name}`;
  return { journals: [...journals].sort((a, b) => (place(a) < place(b) ? -1 : 1)), leftOut: [...leftOut].sort() };
}

export function decideSuite({ journals }: Suite): SuiteVerdict {
  const outcome = worst.find((one) => journals.some((journal) => journal.outcome === one)) ?? 'inconclusive';
  const passed = journals.filter((journal) => outcomeWord(journal) === 'passed').length;
  const others = journals.filter((journal) => outcomeWord(journal) !== 'passed');
  const words = [...new Set(others.map(outcomeWord))].map(
    (word) =>
      `${listed(others.filter((journal) => outcomeWord(journal) === word).map(({ experiment }) => experiment.name))} ${word === 'interrupted' ? 'was interrupted' : word === 'inconclusive' ? 'proved nothing (inconclusive)' : word}`,
  );
  const count = `${passed} of ${journals.length} ${journals.length === 1 ? 'experiment' : 'experiments'} passed`;
  return { outcome, sentence: [count, ...words].join('; ') };
}

const listed = (names: string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`);

export const tookMs = ({ startedAt, endedAt }: Pick<Journal, 'startedAt' | 'endedAt'>): number =>
  Date.parse(endedAt) - Date.parse(startedAt);

/** How many checks came out as they had to, of all. */
export function checksAsExpected({ variants }: Journal): { passed: number; all: number } {
  const checks = variants.flatMap((variant) => variant.checks);
  return { passed: checks.filter(({ verdict }) => verdict === 'pass').length, all: checks.length };
}

/** The question that tells control and treatment apart, with what each answered in a few characters; undefined where none was predicted. */
export function tellingCheck({ variants }: Journal): { title: string; by: { control: string; treatment: string } } | undefined {
  const of = (name: 'control' | 'treatment'): Check[] => variants.find((variant) => variant.name === name)?.checks ?? [];
  const told = of('control').find(({ kind, expected }) => kind === 'criterion' && expected === 'false');
  if (!told) return undefined;
  const treated = of('treatment').find(({ id }) => id === told.id);
  return { title: told.title, by: { control: shortly(told), treatment: treated ? shortly(treated) : '–' } };
}

function shortly({ observed: { value, unit, text }, sample }: Check): string {
  if (typeof value === 'number') return formatQuantity(value, unit, sample !== undefined);
  return text.length <= 24 ? text : value === null ? 'unknown' : String(value);
}

/** Where the time went, over all experiments: seconds by phase, the longest first. */
export function phaseSums({ journals }: Suite): { name: string; ms: number }[] {
  const sums = new Map<string, number>();
  for (const phase of journals.flatMap(({ variants }) => variants.flatMap(({ phases }) => phases)))
    sums.set(phase.name, (sums.get(phase.name) ?? 0) + (Math.max(0, tookMs(phase)) || 0));
  return [...sums].map(([name, ms]) => ({ name, ms })).sort((a, b) => b.ms - a.ms);
}

type Span = [fromMs: number, untilMs: number];

/**
 * From the first start to the last end, and how much of that some variant waited as its method declares: for a time, or for something to come.
 * `waitedMs` is null where that is not known of all of it: several runs that are summed up, or a journal of before.
 */
export function timeSpent({ journals }: Suite): { wallMs: number; waitedMs: number | null } {
  const whole = journals.map(spanOf);
  const wallMs = Math.max(0, Math.max(...whole.map(([, end]) => end)) - Math.min(...whole.map(([start]) => start)));
  const variants = journals.flatMap((journal) => journal.variants);
  if (!variants.every(({ steps }) => steps)) return { wallMs, waitedMs: null };
  const waits = variants.flatMap(waitsOf).sort(([a], [b]) => a - b);
  let [waitedMs, seenUntil] = [0, 0];
  for (const [start, end] of waits) {
    waitedMs += Math.max(0, end - Math.max(start, seenUntil));
    seenUntil = Math.max(seenUntil, end);
  }
  return { wallMs, waitedMs };
}

const spanOf = ({ startedAt, endedAt }: { startedAt: string; endedAt: string }): Span => [Date.parse(startedAt), Date.parse(endedAt)];

function waitsOf({ startedAt, steps = [] }: VariantRecord): Span[] {
  const beganMs = Date.parse(startedAt);
  return steps
    .filter((step) => ['wait', 'await'].includes(step.do))
    .map(({ startedMs, endedMs }) => [beganMs + startedMs, beganMs + endedMs]);
}

/**
 * Where the time went: `took 5 min 2 s, 1.17 times the 4 min 18 s that the methods wait; besides: faults 40 s, wait until ready 31 s, …`. What
 * variants did side by side adds up.
 */
export function timeSentence(suite: Suite): string {
  const { wallMs, waitedMs } = timeSpent(suite);
  const phases = phaseSums(suite);
  const steps = suite.journals.flatMap(({ variants }) => variants.flatMap((variant) => variant.steps ?? []));
  const faultsMs = steps
    .filter((step) => ['inject', 'undo'].includes(step.do))
    .reduce((sum, { startedMs, endedMs }) => sum + endedMs - startedMs, 0);
  const others = [{ name: 'faults', ms: faultsMs }, ...phases.filter(({ name }) => name !== 'method')].filter(({ ms }) => ms >= 1000);
  const times = waitedMs ? `, ${(wallMs / waitedMs).toFixed(2)} times the ${formatDuration(waitedMs)} that the methods wait` : '';
  const rest = others.length > 0 ? `; besides: ${others.map(({ name, ms }) => `${name} ${formatDuration(ms)}`).join(', ')}` : '';
  return `took ${formatDuration(wallMs)}${times}${rest}`;
}
