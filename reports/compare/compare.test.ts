import type { Check, Journal } from '../../experiments/engine/journal.ts';
import { journals } from '../fixtures/journals.ts';
import { makeSuite } from '../suite/suite.ts';
import { compareJournals, compareSuites } from './compare.ts';
import { comparisonSentence, isWorse } from './comparison-words.ts';
import { renderComparisonMarkdown } from './markdown.ts';
import { renderComparisonTerminal } from './terminal.ts';

const suite = (...all: Journal[]) => makeSuite(all);
const named = (name: string, journal = journals.passed()): Journal => ({ ...journal, experiment: { ...journal.experiment, name } });

function withCheck(id: string, change: Partial<Check>): Journal {
  const journal = journals.passed();
  return {
    ...journal,
    variants: journal.variants.map((variant) =>
      variant.name === 'treatment'
        ? { ...variant, checks: variant.checks.map((check) => (check.id === id ? { ...check, ...change } : check)) }
        : variant,
    ),
  };
}

test('a run against itself: nothing changed', () => {
  const comparison = compareSuites(suite(journals.passed()), suite(journals.passed()));
  expect(comparisonSentence(comparison)).toBe('nothing changed beyond chance, of 12 compared');
  expect(isWorse(comparison)).toBe(false);
  expect(comparison.experiments[0]?.conditions).toEqual([]);
});

test('a rate that fell and a latency that rose are worse, in the treatment', () => {
  const slower = withCheck('latency', {
    observed: { value: 40, unit: 'ms', text: '40 ms' },
    interval: { low: 35, high: 44, confidence: 0.95, method: 'x' },
  });
  const { rows } = compareJournals(journals.passed(), slower);
  expect(rows.filter(({ change }) => change === 'worse')).toEqual([
    expect.objectContaining({ variant: 'treatment', title: 'an order is answered within 300 ms (p95)', kind: 'percentile' }),
  ]);
  const lossy = withCheck('availability', { sample: { successes: 1150, trials: 1200, required: 381 }, verdict: 'fail', result: 'false' });
  const comparison = compareSuites(suite(journals.passed()), suite(lossy));
  expect(comparisonSentence(comparison)).toBe('beyond chance 1 worse, of 12 compared; 1 verdict worse');
  expect(isWorse(comparison)).toBe(true);
  expect(comparisonSentence(compareSuites(suite(lossy), suite(journals.passed())))).toBe(
    'beyond chance 1 better, of 12 compared; 1 verdict better',
  );
});

test('in the control neither way is better, for it is there to fail', () => {
  const base = journals.passed();
  const other: Journal = {
    ...base,
    variants: base.variants.map((variant) =>
      variant.name === 'control'
        ? {
            ...variant,
            checks: variant.checks.map((check) =>
              check.id === 'availability' ? { ...check, sample: { successes: 0, trials: 1200 } } : check,
            ),
            loads: variant.loads.map((load) => ({ ...load, succeeded: 0 })),
          }
        : variant,
    ),
  };
  const comparison = compareSuites(suite(base), suite(other));
  expect(comparison.experiments[0]?.rows.filter(({ change }) => change === 'changed')).toHaveLength(2);
  expect(isWorse(comparison)).toBe(false);
});

test('what was measured once is shown, and nothing is claimed of it', () => {
  const base = journals.passed();
  const other = {
    ...base,
    variants: base.variants.map((variant) => ({
      ...variant,
      measurements: variant.measurements.map((one) => ({ ...one, value: one.value === null ? null : one.value * 9 })),
    })),
  };
  const rows = compareJournals(base, other).rows.filter(({ kind }) => kind === 'measurement');
  expect(rows.map(({ a, b, change }) => [a, b, change])).toContainEqual(['452 orders', '4068 orders', 'unknown']);
});

test('suites are matched by name; what only one has, and an outcome that fell, is told', () => {
  const a = suite(named('hpa'), named('readiness'));
  const b = suite(named('readiness', journals.failed()), named('deploy'));
  const comparison = compareSuites(a, b);
  expect(comparison).toMatchObject({ onlyInA: ['hpa'], onlyInB: ['deploy'] });
  expect(comparison.experiments[0]?.outcome).toEqual({ a: 'passed', b: 'failed', change: 'worse' });
  expect(comparisonSentence(comparison)).toMatch(/^readiness was passed and is failed; .*only in A: hpa; only in B: deploy$/);
});

test('conditions that differ are told, a seed is not one', () => {
  const base = journals.passed();
  const other: Journal = { ...base, seed: 7, command: base.command.replace('42', '7'), platform: { ...base.platform, cpus: 16 } };
  expect(compareJournals(base, other).conditions).toEqual(['CPUs 2, then 16']);
});

test('no text steers the terminal or becomes a mark', () => {
  const comparison = compareSuites(suite(journals.hostile()), suite(journals.hostile()));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal must not be steered
  expect(renderComparisonTerminal(comparison)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
  const markdown = renderComparisonMarkdown(comparison);
  expect(markdown).not.toMatch(/<(?!\/?(code|br)>)/);
  for (const line of markdown.split('\n').filter((one) => one.startsWith('| '))) expect(line.match(/\|/g)).toHaveLength(5);
});

test('the terminal has what is sure first', () => {
  const text = renderComparisonTerminal(
    compareSuites(suite(journals.passed()), suite(withCheck('availability', { sample: { successes: 1150, trials: 1200 } }))),
  );
  const marks = text.split('\n').flatMap((line) => /^ {2}([▲▼◆=·]) /.exec(line)?.[1] ?? []);
  expect(marks[0]).toBe('▼');
  expect(marks.slice(1)).not.toContain('▼');
  expect(text).toContain('95.83 % of 1200');
});
