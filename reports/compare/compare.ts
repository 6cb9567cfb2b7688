import type { Check, Journal, LoadRecord, Outcome, VariantRecord } from '../../experiments/engine/journal.ts';
import { formatQuantity, outcomeWord, verdictWords } from '../check-words.ts';
import type { Suite } from '../suite/suite.ts';
import { type Bounds, type Change, type Decision, type Direction, decidePercentileChange, decideRateChange } from './decide-change.ts';

/** Two journals, or two suites, side by side. */
export interface Comparison {
  experiments: ExperimentComparison[];
  /** Experiments that only one of the two has. */
  onlyInA: string[];
  onlyInB: string[];
  /** How many rows would differ beyond chance if nothing had changed: 1 of 20 rates, fewer of the percentiles. */
  expectedByChance: number;
}

export interface ExperimentComparison {
  name: string;
  outcome: { a: string; b: string; change: Change };
  /** What differs between the runs beside what is compared: `cpus 2, then 4`. */
  conditions: string[];
  rows: Row[];
}

export interface Row extends Decision {
  variant: string;
  title: string;
  /** What was compared, which says by which rule. */
  kind: 'rate' | 'percentile' | 'verdict' | 'measurement';
  a: string;
  b: string;
}

/** From the best. */
const outcomes: Outcome[] = ['passed', 'inconclusive', 'failed', 'errored'];
/** Of two intervals of 95 % so many have nothing in common where nothing differs: 2 x P(Z > 1.96 x sqrt 2). */
const disjointByChance = 0.006;

export function compareSuites(a: Suite, b: Suite): Comparison {
  const names = (suite: Suite): string[] => suite.journals.map(({ experiment }) => experiment.name);
  const experiments = a.journals.flatMap((journal) => {
    const other = b.journals.find(({ experiment }) => experiment.name === journal.experiment.name);
    return other ? [compareJournals(journal, other)] : [];
  });
  const count = (kind: Row['kind']): number => experiments.flatMap(({ rows }) => rows).filter((row) => row.kind === kind).length;
  return {
    experiments,
    onlyInA: names(a).filter((name) => !names(b).includes(name)),
    onlyInB: names(b).filter((name) => !names(a).includes(name)),
    expectedByChance: Math.round((count('rate') * 0.05 + count('percentile') * disjointByChance) * 10) / 10,
  };
}

export function compareJournals(a: Journal, b: Journal): ExperimentComparison {
  const rows = a.variants.flatMap((variant) => {
    const other = b.variants.find(({ name }) => name === variant.name);
    return other ? compareVariants(variant, other) : [];
  });
  const by = outcomes.indexOf(b.outcome) - outcomes.indexOf(a.outcome);
  return {
    name: a.experiment.name,
    outcome: { a: outcomeWord(a), b: outcomeWord(b), change: by === 0 ? 'within chance' : by < 0 ? 'better' : 'worse' },
    conditions: conditionsOf(a, b),
    rows,
  };
}

function conditionsOf(a: Journal, b: Journal): string[] {
  const facts = ({ shoplab, platform: { name, kubernetes, node, os, cpus }, command, seed }: Journal): [string, string][] => [
    ['shoplab', shoplab],
    ['platform', name],
    ['Kubernetes', kubernetes],
    ['Node', node],
    ['system', os],
    ['CPUs', String(cpus)],
    // The seed is in the command too, and is to differ.
    ['command', command.replace(` --seed ${seed}`, '')],
  ];
  const then = new Map(facts(b));
  return facts(a).flatMap(([what, was]) => (then.get(what) === was ? [] : [`${what} ${was}, then ${then.get(what)}`]));
}

function compareVariants(a: VariantRecord, b: VariantRecord): Row[] {
  const pairs = <T>(of: (variant: VariantRecord) => T[], id: (one: T) => string): [T, T][] =>
    of(a).flatMap((one): [T, T][] => {
      const other = of(b).find((two) => id(two) === id(one));
      return other ? [[one, other]] : [];
    });
  const rows = [
    ...pairs(
      ({ checks }) => checks,
      ({ kind, id }) => `${kind} ${id}`,
    ).flatMap(([one, two]) => compareChecks(one, two)),
    ...pairs(
      ({ loads }) => loads,
      ({ scenario }) => scenario,
    ).flatMap(([one, two]) => compareLoads(one, two, a.name)),
    ...pairs(
      ({ measurements }) => measurements,
      ({ id }) => id,
    ).map(([one, two]) => ({
      title: one.title,
      kind: 'measurement' as const,
      a: one.value === null ? '–' : formatQuantity(one.value, one.unit),
      b: two.value === null ? '–' : formatQuantity(two.value, two.unit),
      change: (one.value === two.value ? 'within chance' : 'unknown') as Change,
      message: one.value === two.value ? 'the same' : 'measured once on each side: no interval',
    })),
  ];
  return rows.map((row) => ({ variant: a.name, ...row }));
}

function compareChecks(a: Check, b: Check): Omit<Row, 'variant'>[] {
  const direction = a.expected === 'false' ? 'none' : directionOf(a);
  const base = { title: a.title };
  const rows: Omit<Row, 'variant'>[] = [];
  if (a.sample && b.sample) {
    const count = ({ successes, trials }: NonNullable<Check['sample']>): { successes: number; total: number } => ({
      successes,
      total: trials,
    });
    const text = ({ successes, trials }: NonNullable<Check['sample']>): string =>
      trials === 0 ? 'nothing counted' : `${formatQuantity(successes / trials, undefined, true)} of ${trials}`;
    rows.push({
      ...base,
      kind: 'rate',
      a: text(a.sample),
      b: text(b.sample),
      ...decideRateChange(count(a.sample), count(b.sample), direction),
    });
  } else if (a.interval && b.interval) {
    rows.push({
      ...base,
      kind: 'percentile',
      a: withBounds(a),
      b: withBounds(b),
      ...decidePercentileChange(a.interval, b.interval, direction),
    });
  }
  if (a.verdict === b.verdict) return rows;
  const isBetter = rank(b) < rank(a);
  const message = 'the verdict changed: one run on each side, so look before you conclude';
  return [...rows, { ...base, kind: 'verdict', a: verdictWords(a), b: verdictWords(b), change: isBetter ? 'better' : 'worse', message }];
}

const rank = ({ verdict }: Check): number => ['pass', 'inconclusive', 'fail'].indexOf(verdict);
const directionOf = ({ threshold: { op } }: Check): Direction => (op.startsWith('>') ? 'up' : op.startsWith('<') ? 'down' : 'none');
const withBounds = ({ observed, interval }: Check): string =>
  `${typeof observed.value === 'number' ? formatQuantity(observed.value, observed.unit) : observed.text} (${interval?.low} to ${interval?.high})`;

/** The whole load, fault and all; in the control neither way is better, for it is there to fail. */
function compareLoads(a: LoadRecord, b: LoadRecord, variant: string): Omit<Row, 'variant'>[] {
  const good = (direction: Direction): Direction => (variant === 'control' ? 'none' : direction);
  const rate = ({ succeeded, requests }: LoadRecord): string =>
    requests === 0 ? 'no request' : `${formatQuantity(succeeded / requests, undefined, true)} of ${requests}`;
  const counted = ({ succeeded, requests }: LoadRecord): { successes: number; total: number } => ({
    successes: succeeded,
    total: requests,
  });
  const rows: Omit<Row, 'variant'>[] = [
    { title: `${a.scenario}: succeeded`, kind: 'rate', a: rate(a), b: rate(b), ...decideRateChange(counted(a), counted(b), good('up')) },
  ];
  for (const p of ['p50', 'p95', 'p99'] as const) {
    const [within, then] = [a.latencyIntervalsMs?.[p], b.latencyIntervalsMs?.[p]];
    if (!a.latencyMs || !b.latencyMs || !within || !then) continue;
    rows.push({
      title: `${a.scenario}: latency ${p}`,
      kind: 'percentile',
      a: latencyText(a.latencyMs[p], within),
      b: latencyText(b.latencyMs[p], then),
      ...decidePercentileChange(within, then, good('down')),
    });
  }
  return rows;
}

const latencyText = (value: number, { low, high }: Bounds): string =>
  `${formatQuantity(value, 'ms')} (${low === null ? 'any' : formatQuantity(low, 'ms')} to ${high === null ? 'any' : formatQuantity(high, 'ms')})`;
