import type { CheckDraft } from '../experiment.ts';
import type { Check, CheckKind, VariantName } from '../journal.ts';
import { decideOutcome, type VariantSeen } from './decide-outcome.ts';
import { judge } from './judge.ts';
import { rateDraft } from './rate-draft.ts';

const rate = (successes: number, trials: number): CheckDraft =>
  rateDraft({
    id: 'availability',
    title: 'orders are accepted',
    what: 'orders accepted',
    successes,
    trials,
    threshold: 0.99,
    expectedInControl: 'false',
  });

test.each([
  [500, 500, 'true', '500 of 500 orders accepted: at least 99.23 % with 95 % confidence'],
  [0, 400, 'false', '0 of 400 orders accepted: at most 0.95 % with 95 % confidence'],
  [100, 100, 'unknown', '100 of 100 orders accepted proves no more than 96.3 %; 99 % takes 381 requests without a failure'],
  [499, 500, 'unknown', '499 of 500 orders accepted proves no more than 98.87 %; 99 % takes 563 requests with 1 failure'],
  [0, 0, 'unknown', 'no request was due, so nothing is known; 99 % takes 381 requests without a failure'],
])('%i of %i against 99 %% is %s', (successes, trials, result, message) => {
  expect(rate(successes, trials)).toMatchObject({ result, message });
});

test.each<['true' | 'false' | 'unknown', VariantName, 'true' | 'false', Check['verdict']]>([
  ['true', 'treatment', 'false', 'pass'],
  ['false', 'treatment', 'false', 'fail'],
  ['unknown', 'treatment', 'true', 'inconclusive'],
  ['false', 'control', 'false', 'pass'],
  ['true', 'control', 'false', 'fail'],
  ['false', 'control', 'true', 'fail'],
  ['unknown', 'control', 'false', 'inconclusive'],
])('%s in the %s, expected %s in the control: %s', (result, variant, expectedInControl, verdict) => {
  expect(judge({ ...rate(1, 1), result, expectedInControl }, variant).verdict).toBe(verdict);
});

test('no more than 50 findings are kept', () => {
  const findings = Array.from({ length: 80 }, (_, index) => `order ${index}`);
  expect(judge({ ...rate(1, 1), findings }, 'treatment').findings).toHaveLength(50);
});

const other = (kind: CheckKind, result: Check['result']): CheckDraft => ({
  id: kind,
  kind,
  title: `the ${kind} is well`,
  observed: { value: null, text: '' },
  threshold: { op: '==', value: true, text: '' },
  result,
  expectedInControl: 'true',
  message: `about the ${kind}`,
});
const variant = (name: VariantName, drafts: CheckDraft[], error: VariantSeen['error'] = null): VariantSeen => ({
  name,
  checks: drafts.map((draft) => judge(draft, name)),
  error,
});
const badControl = variant('control', [rate(0, 400)]);
const goodTreatment = variant('treatment', [rate(500, 500)]);

test('passed only where the control fails as predicted and the treatment holds', () => {
  expect(decideOutcome([badControl, goodTreatment], null)).toEqual({
    outcome: 'passed',
    reason:
      'The treatment held: 500 of 500 orders accepted: at least 99.23 % with 95 % confidence; the control failed as predicted: 0 of 400 orders accepted: at most 0.95 % with 95 % confidence.',
  });
});

test.each<[string, VariantSeen[], string, string]>([
  ['a treatment that breaks', [badControl, variant('treatment', [rate(0, 400)])], 'failed', 'Orders are accepted did not hold'],
  ['a control that holds', [variant('control', [rate(500, 500)]), goodTreatment], 'inconclusive', 'The control held although'],
  [
    'a control that breaks otherwise',
    [variant('control', [rate(0, 400), other('criterion', 'false')]), goodTreatment],
    'inconclusive',
    'not predicted',
  ],
  ['too small a sample', [badControl, variant('treatment', [rate(100, 100)])], 'inconclusive', '99 % takes 381 requests'],
  [
    'a fault without effect in the treatment',
    [badControl, variant('treatment', [rate(500, 500), other('fault', 'false')])],
    'inconclusive',
    'In the treatment the fault did not bite',
  ],
  [
    'a fault without effect in the control',
    [variant('control', [rate(0, 400), other('fault', 'false')]), goodTreatment],
    'inconclusive',
    'In the control the fault did not bite',
  ],
  [
    'a saturated loader',
    [badControl, variant('treatment', [rate(500, 500), other('load', 'false')])],
    'inconclusive',
    'the load was not as declared',
  ],
  [
    'a treatment that does not recover',
    [badControl, variant('treatment', [rate(500, 500), other('recovered', 'false')])],
    'failed',
    'The recovered is well did not hold',
  ],
  [
    'a variant that did not start',
    [variant('control', [], { message: 'Deployment order is not available' })],
    'errored',
    'Deployment order is not available',
  ],
  ['no treatment', [badControl], 'inconclusive', 'The treatment was not run'],
  ['no criterion', [badControl, variant('treatment', [])], 'inconclusive', 'answered no question'],
  [
    'a control that is asked nothing it has to fail',
    [variant('control', [other('criterion', 'true')]), goodTreatment],
    'inconclusive',
    'The control was asked nothing that it has to fail',
  ],
  [
    'the same beside a treatment that breaks',
    [variant('control', [other('criterion', 'true')]), variant('treatment', [rate(0, 400)])],
    'inconclusive',
    'The control was asked nothing that it has to fail',
  ],
  [
    'a treatment that is not asked what the control failed',
    [badControl, variant('treatment', [other('criterion', 'true')])],
    'inconclusive',
    'The treatment was not asked what the control has to fail: orders are accepted',
  ],
])('%s', (_title, variants, outcome, reason) => {
  const decision = decideOutcome(variants, null);
  expect(decision.outcome).toBe(outcome);
  expect(decision.reason).toContain(reason);
});

test('the worst counts: errored, then evidence that is missing, then a finding, then doubt', () => {
  const errored = variant('control', [], { message: 'x' });
  const failed = variant('treatment', [rate(0, 400)]);
  const withoutFault = variant('treatment', [rate(0, 400), other('fault', 'false')]);
  expect(decideOutcome([errored, failed], null).outcome).toBe('errored');
  expect(decideOutcome([variant('control', [rate(1, 2)]), failed], null).outcome).toBe('failed');
  expect(decideOutcome([badControl, withoutFault], null)).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining('did not bite'),
  });
  expect(decideOutcome([badControl, goodTreatment], 'SIGINT')).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining('SIGINT'),
  });
});

test('a finding counts for nothing where the control shows that nothing was broken', () => {
  const finding = variant('treatment', [rate(0, 400)]);
  const unharmed = variant('control', [rate(500, 500)]);
  expect(decideOutcome([unharmed, finding], null)).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining('The control held although the mechanism is removed'),
  });
});

test('a finding counts where the control was harmed, although in too few requests to say by how much, and not where none was', () => {
  const finding = variant('treatment', [rate(0, 400)]);
  expect(decideOutcome([variant('control', [rate(99, 100)]), finding], null).outcome).toBe('failed');
  expect(decideOutcome([variant('control', [rate(100, 100)]), finding], null)).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining('In the control the evidence does not suffice: 100 of 100'),
  });
});

test('of several failures the one that names what was wrong is told', () => {
  const vague = { ...other('criterion', 'false'), id: 'drained' };
  const named = { ...other('criterion', 'false'), id: 'exactly-once', message: 'order 7 is lost', findings: ['order 7 has no delivery'] };
  const { reason } = decideOutcome([badControl, variant('treatment', [rate(500, 500), vague, named])], null);
  expect(reason).toContain('order 7 is lost (and 1 more)');
});

describe('a further variant', () => {
  const expects = { availability: 'false' as const };
  const half = (drafts: CheckDraft[]): VariantSeen => ({
    name: 'half',
    checks: drafts.map((draft) => judge(draft, 'half', expects)),
    error: null,
  });
  const three = ['control', 'treatment', 'half'];

  test.each<[string, CheckDraft, Check['expected'], Check['verdict']]>([
    ['what it expects to be false', rate(0, 400), 'false', 'pass'],
    ['what it expects to be false and is true', rate(500, 500), 'false', 'fail'],
    ['what it does not name has to be true, whatever the control expects', { ...rate(0, 400), id: 'else' }, 'true', 'fail'],
  ])('judges by its own expectation: %s', (_title, draft, expected, verdict) => {
    expect(judge(draft, 'half', expects)).toMatchObject({ expected, verdict });
  });

  test('is told beside the others where it came out as predicted', () => {
    const { outcome, reason } = decideOutcome([badControl, goodTreatment, half([rate(390, 400)])], null, three);
    expect(outcome).toBe('passed');
    expect(reason).toMatch(/; half came out as predicted: 390 of 400 orders accepted: [^;]*\.$/);
  });

  test.each<[string, VariantSeen[], string]>([
    ['came out otherwise', [badControl, goodTreatment, half([rate(500, 500)])], 'The variant half came out otherwise than predicted'],
    ['was not run', [badControl, goodTreatment], 'The half was not run'],
  ])('that %s leaves the answer open', (_title, variants, reason) => {
    const decision = decideOutcome(variants, null, three);
    expect(decision).toMatchObject({ outcome: 'inconclusive', reason: expect.stringContaining(reason) });
  });

  test('does not hide that the treatment failed', () => {
    const failed = variant('treatment', [rate(0, 400)]);
    expect(decideOutcome([badControl, failed, half([rate(500, 500)])], null, three).outcome).toBe('failed');
  });
});
