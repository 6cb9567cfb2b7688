import type { Check, ImpliedWindow, Journal, Pooled, Spread, VariantName, VariantRecord } from '../journal.ts';
import { median } from '../statistics/median.ts';
import { wilsonInterval } from '../statistics/wilson.ts';
import { decideOutcome } from './decide-outcome.ts';
import { judge } from './judge.ts';
import { rateDraft } from './rate-draft.ts';

/** What one run answered to a question. `run` counts from 1. */
interface Answer {
  run: number;
  check: Check;
}

/**
 * The journal that sums up several runs of one experiment, in their order: counts of rates are added up and judged anew; everything else has to
 * be as expected in every run. What needs a time line (series, events, faults, loads) is in the journals of the runs. Throws for no runs.
 */
export function poolJournals(runs: Journal[], command: string): Journal {
  const [first] = runs;
  const last = runs.at(-1);
  if (!first || !last) throw new Error('there are no runs to pool');
  const names = [...new Set(runs.flatMap(({ variants }) => variants.map(({ name }) => name)))];
  const declared = [...new Set<VariantName>(['control', 'treatment', ...names])];
  const variants = names.map((name) => poolVariant(name, runs));
  const { outcome, reason } = decideOutcome(variants, last.interrupted, declared);
  return {
    ...first,
    command,
    endedAt: last.endedAt,
    outcome,
    reason: `${reason} (${runs.length} runs: ${tally(runs)})`,
    variants,
    undoFailures: runs.flatMap(({ undoFailures }, at) => undoFailures.map((failure) => `run ${at + 1}: ${failure}`)),
    interrupted: last.interrupted,
    pooled: { runs: runs.map(runOf), spreads: names.flatMap((name) => spreadsOf(name, runs)) },
  };
}

const tally = (runs: Journal[]): string =>
  [...new Set(runs.map(({ outcome }) => outcome))]
    .map((outcome) => `${runs.filter((run) => run.outcome === outcome).length} ${outcome}`)
    .join(', ');

const runOf = ({ seed, startedAt, endedAt, outcome, reason }: Journal): Pooled['runs'][number] => ({
  seed,
  startedAt,
  endedAt,
  outcome,
  reason,
});

/** Without what only its own journal keeps: what its load sent, and what was seen when. */
export function withoutSightings(variant: VariantRecord): VariantRecord {
  const { samples: _samples, sightings: _sightings, steps: _steps, baseline: _baseline, ...rest } = variant;
  return rest;
}

function poolVariant(name: VariantName, runs: Journal[]): VariantRecord {
  const records = runs.map(({ variants }) => variants.find((one) => one.name === name));
  const there = records.filter((record) => record !== undefined);
  const [first] = there as [VariantRecord];
  const ids = [...new Set(there.flatMap(({ checks }) => checks.map(({ id }) => id)))];
  const broken = records.findIndex((record) => record?.error);
  const error = records[broken]?.error;
  const windows = medianWindows(there);
  return {
    ...withoutSightings(first),
    endedAt: there.at(-1)?.endedAt ?? first.endedAt,
    phases: there.flatMap(({ phases }) => phases),
    faults: [],
    loads: [],
    checks: ids.map((id) =>
      poolCheck(
        records.flatMap((record, at): Answer[] =>
          (record?.checks ?? []).filter((check) => check.id === id).map((check) => ({ run: at + 1, check })),
        ),
        runs.length,
        name,
      ),
    ),
    series: [],
    events: [],
    measurements: first.measurements.map(({ id, title, unit }) => ({
      id,
      title,
      unit,
      value: median(there.map(({ measurements }) => measurements.find((one) => one.id === id)?.value ?? null)),
    })),
    ...(windows.length > 0 && { windows }),
    error: error ? { ...error, message: `in run ${broken + 1}: ${error.message}` } : null,
  };
}

/** One answer of all runs to one question. */
function poolCheck(answers: Answer[], runs: number, variant: VariantName): Check {
  const [{ check: first }] = answers as [Answer];
  if (answers.every(({ check }) => check.sample?.what !== undefined && check.threshold.op === '>='))
    return poolRate(answers, runs, variant);
  if (answers.every(({ check }) => check.sample?.required !== undefined && check.threshold.op === '==' && check.threshold.value === 0))
    return poolNone(answers, runs);
  const worst = answers.find(({ check }) => check.verdict === 'fail') ?? answers.find(({ check }) => check.verdict !== 'pass');
  const values = answers.flatMap(({ check: { observed } }) => (typeof observed.value === 'number' ? [observed.value] : []));
  const { interval: _ofOneRun, sample: _too, due: _when, findings: _these, ...told } = worst?.check ?? first;
  const inRuns = `in ${answers.length} of ${runs} runs`;
  const all = values.length === answers.length ? `${spreadText(values, first.observed.unit)} ${inRuns}` : inRuns;
  const findings = findingsOf(answers);
  const inRun = `in run ${worst?.run} of ${runs}: `;
  return {
    ...told,
    observed: { ...told.observed, text: worst ? `${inRun}${told.observed.text}` : all },
    message: worst ? `${inRun}${told.message}` : `${told.title}: ${all}`,
    ...(findings.length > 0 && { findings: findings.slice(0, 50) }),
  };
}

/** What exactly was wrong, with the run that found it. */
const findingsOf = (answers: Answer[]): string[] =>
  answers.flatMap(({ run, check }) => (check.findings ?? []).map((finding) => `run ${run}: ${finding}`));

const countOf = (answers: Answer[], count: 'successes' | 'trials'): number =>
  answers.reduce((all, { check }) => all + (check.sample?.[count] ?? 0), 0);

/** Adds the counts up. A run that could not say because its machine was starved is left out: its failures may be the machine's. */
function poolRate(answers: Answer[], runs: number, variant: VariantName): Check {
  const [{ check: first }] = answers as [Answer];
  const threshold = Number(first.threshold.value) / 100;
  const kept = answers.filter(({ check: { sample, result } }) => {
    const { high } = wilsonInterval(sample?.successes ?? 0, sample?.trials ?? 0);
    return !(result === 'unknown' && high < threshold);
  });
  const left = answers.length - kept.length;
  const draft = rateDraft({
    id: first.id,
    title: first.title,
    what: `${first.sample?.what} in ${kept.length} of ${runs} runs`,
    successes: countOf(kept, 'successes'),
    trials: countOf(kept, 'trials'),
    threshold,
    expectedInControl: first.expected,
    findings: findingsOf(answers),
  });
  const { expected, kind } = first;
  const judged = judge({ ...draft, kind }, variant, { [first.id]: expected });
  const message = left === 0 ? judged.message : `${judged.message}; left out: ${left} on a machine that was short of CPU`;
  return { ...judged, message };
}

/** None may be, in so many that it says something: the runs together are so many. */
function poolNone(answers: Answer[], runs: number): Check {
  const worst = answers.find(({ check }) => check.result === 'false');
  const [{ check: first }] = answers as [Answer];
  const { required = 0 } = first.sample ?? {};
  const trials = countOf(answers, 'trials');
  const successes = countOf(answers, 'successes');
  const result = worst ? 'false' : successes === trials && trials >= required ? 'true' : 'unknown';
  const { low, high } = wilsonInterval(successes, trials);
  const text = `${(trials - successes).toLocaleString('en-US')} of ${trials.toLocaleString('en-US')} in ${answers.length} of ${runs} runs`;
  const findings = findingsOf(answers);
  const { findings: _ofOneRun, due: _when, ...rest } = first;
  return {
    ...rest,
    observed: { value: trials === 0 ? null : (100 * (trials - successes)) / trials, unit: '%', text },
    interval: { low: (1 - high) * 100, high: (1 - low) * 100, confidence: 0.95, method: 'Wilson' },
    sample: { successes, trials, required },
    result,
    verdict: result === first.expected ? 'pass' : result === 'unknown' ? 'inconclusive' : 'fail',
    message: worst ? `${text}, in run ${worst.run}: ${worst.check.message}` : `${text}; it takes ${required.toLocaleString('en-US')}`,
    ...(findings.length > 0 && { findings: findings.slice(0, 50) }),
  };
}

function medianWindows(records: VariantRecord[]): ImpliedWindow[] {
  const all = records.flatMap(({ windows }) => windows ?? []);
  return [...new Map(all.map((window) => [window.id, window])).values()].map((window) => ({
    ...window,
    observedMs: median(all.filter(({ id }) => id === window.id).map(({ observedMs }) => observedMs)),
  }));
}

/** Every number that the runs have in common, run by run. */
function spreadsOf(variant: VariantName, runs: Journal[]): Spread[] {
  const records = runs.map(({ variants }) => variants.find(({ name }) => name === variant));
  const spreads = new Map<string, Spread>();
  records.forEach((record, run) => {
    const put = (kind: Spread['kind'], id: string, title: string, unit: string, value: number | null): void => {
      const key = `${kind} ${id}`;
      const spread = spreads.get(key) ?? { variant, kind, id, title, unit, values: runs.map(() => null) };
      spread.values[run] = value;
      spreads.set(key, spread);
    };
    for (const { id, title, observed } of record?.checks ?? [])
      if (typeof observed.value === 'number') put('check', id, title, observed.unit ?? '', observed.value);
    for (const { id, title, unit, value } of record?.measurements ?? []) put('measurement', id, title, unit, value);
    for (const { id, title, observedMs } of record?.windows ?? []) put('window', id, title, 'ms', observedMs);
  });
  return [...spreads.values()];
}

function spreadText(values: number[], unit = ''): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const show = (value: number): string => String(Math.round(value * 100) / 100);
  return `${least === most ? show(least) : `${show(least)} to ${show(most)}`}${unit === '' ? '' : ` ${unit}`}`;
}
