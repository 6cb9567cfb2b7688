import type { CheckDraft } from '../experiment.ts';
import type { Check, Journal, Outcome, VariantName, VariantRecord } from '../journal.ts';
import { median } from '../statistics/median.ts';
import { judge } from './judge.ts';
import { poolJournals } from './pool.ts';
import { rateDraft } from './rate-draft.ts';

const availability = (successes: number, trials: number, threshold = 0.99): CheckDraft =>
  rateDraft({
    id: 'availability',
    title: 'orders are accepted',
    what: 'orders accepted',
    successes,
    trials,
    threshold,
    expectedInControl: 'false',
  });
const timed = (seconds: number, result: Check['result'] = 'true'): CheckDraft => ({
  id: 'restarted',
  title: 'it is restarted',
  observed: { value: seconds, unit: 's', text: `after ${seconds} s` },
  threshold: { op: '<=', value: 7, unit: 's', text: 'within 7 s' },
  result,
  expectedInControl: 'true',
  message: `restarted after ${seconds} s`,
});
const noneLost = (lost: number, trials: number): CheckDraft => ({
  id: 'none-lost',
  title: 'no request is lost',
  observed: { value: (100 * lost) / trials, unit: '%', text: `${lost} of ${trials}` },
  threshold: { op: '==', value: 0, unit: '%', text: 'none of at least 3,838' },
  sample: { successes: trials - lost, trials, required: 3838 },
  result: lost > 0 ? 'false' : trials >= 3838 ? 'true' : 'unknown',
  expectedInControl: 'true',
  message: `${lost} lost`,
});
const bite = (result: Check['result']): CheckDraft => ({
  ...timed(1, result),
  id: 'fault',
  kind: 'fault',
  title: 'it bit',
  message: 'it did not bite',
});

const variant = (name: VariantName, drafts: CheckDraft[], change: Partial<VariantRecord> = {}): VariantRecord => ({
  name,
  overlay: '',
  namespace: '',
  difference: '',
  startedAt: '',
  endedAt: '',
  phases: [],
  faults: [],
  loads: [],
  checks: drafts.map((draft) => judge(draft, name)),
  series: [],
  events: [],
  measurements: [{ id: 'convergence', title: 'convergence', value: drafts.length, unit: 's' }],
  error: null,
  ...change,
});
const journal = (seed: number, outcome: Outcome, variants: VariantRecord[], change: Partial<Journal> = {}): Journal => ({
  schema: 'shoplab.dev/journal/v1',
  shoplab: '0',
  experiment: { name: 'x', title: '', description: '', tags: [] },
  hypothesis: '',
  command: `shoplab run x --seed ${seed}`,
  seed,
  platform: { name: 'local', kubernetes: '', node: '', os: '', cpus: 2, memoryBytes: 1 },
  blastRadius: { namespaces: '', services: [], pods: '', maxDurationMs: 1 },
  startedAt: `2026-01-01T00:0${seed}:00.000Z`,
  endedAt: `2026-01-01T00:0${seed}:30.000Z`,
  outcome,
  reason: `run ${seed}`,
  variants,
  undoFailures: [],
  interrupted: null,
  ...change,
});
const broken = variant('control', [availability(0, 400)]);
const pool = (...treatments: (CheckDraft[] | VariantRecord)[]): Journal =>
  poolJournals(
    treatments.map((one, at) => journal(at + 1, 'inconclusive', [broken, Array.isArray(one) ? variant('treatment', one) : one])),
    'shoplab run x --repeat 3',
  );
const pooledCheck = (sum: Journal, id: string): Check | undefined =>
  sum.variants.find(({ name }) => name === 'treatment')?.checks.find((check) => check.id === id);

test('samples that are too small alone suffice together', () => {
  const sum = pool([availability(150, 150)], [availability(150, 150)], [availability(150, 150)]);
  expect(pooledCheck(sum, 'availability')).toMatchObject({
    sample: { successes: 450, trials: 450 },
    result: 'true',
    verdict: 'pass',
    message: '450 of 450 orders accepted in 3 of 3 runs: at least 99.15 % with 95 % confidence',
  });
  expect(sum).toMatchObject({ outcome: 'passed', command: 'shoplab run x --repeat 3', endedAt: '2026-01-01T00:03:30.000Z' });
  expect(sum.reason).toMatch(/\(3 runs: 3 inconclusive\)$/);
});

test('and too many failures are too many together', () => {
  const sum = pool([availability(190, 200)], [availability(195, 200)]);
  expect(pooledCheck(sum, 'availability')).toMatchObject({ result: 'false', verdict: 'fail' });
  expect(sum.outcome).toBe('failed');
});

test('what is no rate has to be as expected in every run; the one that was not is named', () => {
  expect(pooledCheck(pool([timed(5)], [timed(6.5)], [timed(6)]), 'restarted')).toMatchObject({
    verdict: 'pass',
    observed: { text: '5 to 6.5 s in 3 of 3 runs' },
  });
  const well = availability(500, 500);
  const sum = pool([well, timed(5)], [well, timed(9, 'false')], [well, timed(6)]);
  expect(pooledCheck(sum, 'restarted')).toMatchObject({ verdict: 'fail', message: 'in run 2 of 3: restarted after 9 s' });
  expect(sum).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('in run 2 of 3: restarted after 9 s') });
});

test('none lost: the runs together have to be enough, and one loss is one too many', () => {
  expect(pooledCheck(pool([noneLost(0, 2000)], [noneLost(0, 2000)]), 'none-lost')).toMatchObject({
    result: 'true',
    verdict: 'pass',
    sample: { trials: 4000 },
  });
  expect(pooledCheck(pool([noneLost(0, 1000)], [noneLost(0, 1000)]), 'none-lost')).toMatchObject({
    result: 'unknown',
    verdict: 'inconclusive',
  });
  expect(pooledCheck(pool([noneLost(0, 4000)], [noneLost(1, 4000)]), 'none-lost')).toMatchObject({
    result: 'false',
    verdict: 'fail',
    message: '1 of 8,000 in 2 of 2 runs, in run 2: 1 lost',
  });
});

test('a run whose machine was starved adds no failures', () => {
  const starved = judge(availability(10, 200), 'treatment');
  const excused = { ...variant('treatment', []), checks: [{ ...starved, result: 'unknown' as const, verdict: 'inconclusive' as const }] };
  expect(pooledCheck(pool([availability(400, 400)], excused), 'availability')).toMatchObject({
    result: 'true',
    sample: { successes: 400, trials: 400 },
    message: expect.stringContaining('left out: 1 on a machine that was short of CPU'),
  });
});

test('a fault that did not bite once, a run that broke, and one that was stopped, say so', () => {
  expect(pool([bite('true'), availability(400, 400)], [bite('false'), availability(400, 400)])).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining('the fault did not bite: in run 2 of 2'),
  });
  const error = { message: 'no image' };
  expect(pool([availability(400, 400)], variant('treatment', [], { error }))).toMatchObject({
    outcome: 'errored',
    reason: expect.stringContaining('in run 2: no image'),
  });
  const stopped = journal(2, 'inconclusive', [broken], { interrupted: 'SIGINT', undoFailures: ['a namespace'] });
  expect(poolJournals([journal(1, 'passed', [broken, variant('treatment', [availability(400, 400)])]), stopped], 'c')).toMatchObject({
    interrupted: 'SIGINT',
    undoFailures: ['run 2: a namespace'],
    outcome: 'inconclusive',
  });
});

test('spreads have a number of each run, and null where a run has none', () => {
  const { pooled, variants } = pool([timed(5)], [], [timed(6), availability(9, 10)]);
  expect(pooled?.runs.map(({ seed, outcome }) => [seed, outcome])).toEqual([1, 2, 3].map((seed) => [seed, 'inconclusive']));
  const of = (kind: string, id: string) =>
    pooled?.spreads.find((one) => one.variant === 'treatment' && one.kind === kind && one.id === id)?.values;
  expect(of('check', 'restarted')).toEqual([5, null, 6]);
  expect(of('measurement', 'convergence')).toEqual([1, 0, 2]);
  expect(variants[1]?.measurements).toEqual([{ id: 'convergence', title: 'convergence', value: 1, unit: 's' }]);
});

test.each([
  [[], null],
  [[null], null],
  [[3], 3],
  [[5, null, 1], 3],
  [[9, 1, 2], 2],
])('the median of %j is %j', (values, expected) => {
  expect(median(values)).toBe(expected);
});
