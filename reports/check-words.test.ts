import type { Check } from '../experiments/engine/journal.ts';
import {
  differenceText,
  formatDuration,
  formatNumber,
  formatQuantity,
  intervalText,
  messageText,
  outcomeWord,
  sampleText,
  thresholdText,
  verdictWords,
} from './check-words.ts';
import { journals } from './fixtures/journals.ts';

describe('words of a check', () => {
  test('a rate says how far it lies from that of a control that had to fail, by Newcombe’s method', () => {
    const [control, treatment] = journals.passed().variants.map(({ checks }) => checks.find(({ id }) => id === 'availability') as Check);
    // Newcombe 1998, table II, example (a): 56/70 - 48/80 = 0.2, method 10: 0.0524 to 0.3339.
    const told = { ...control, expected: 'false', sample: { successes: 48, trials: 80 } } as Check;
    const held = { ...treatment, sample: { successes: 56, trials: 70 } } as Check;
    expect(differenceText(held, told)).toBe('+20 points against the control, 95 % interval +5.24 to +33.39 (Newcombe)');
    expect(differenceText(told, told)).toBeUndefined();
    expect(differenceText(held, { ...told, expected: 'true' })).toBeUndefined();
    expect(differenceText({ ...held, sample: { successes: 0, trials: 0 } }, told)).toBeUndefined();
  });

  test.each([
    ['pass', 'true', 'holds'],
    ['fail', 'true', 'does not hold'],
    ['pass', 'false', 'does not hold, as predicted'],
    ['fail', 'false', 'holds, though it was to fail'],
    ['inconclusive', 'true', 'cannot be said'],
    ['inconclusive', 'false', 'cannot be said'],
  ] as const)('%s where %s is expected: %s', (verdict, expected, words) => {
    expect(verdictWords({ verdict, expected })).toBe(words);
  });

  test.each([
    [0, '0'],
    [1200, '1200'],
    [1234.5, '1235'],
    [12.4, '12.4'],
    [0.00312, '0.0031'],
    [-0.5, '-0.5'],
    [100, '100'],
    [Number.NaN, 'NaN'],
  ])('%d is written %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test.each([
    [0.5, '50 %'],
    [0.9666, '96.66 %'],
    [1, '100 %'],
    [0.999996, '99.9996 %'],
    [0.9999, '99.99 %'],
  ])('a share of %d is written %s, and short of all never as all', (value, text) => {
    expect(formatQuantity(value, undefined, true)).toBe(text);
  });

  test.each([
    [100, '100 %'],
    [99.996, '99.996 %'],
    [0.86, '0.86 %'],
  ])('%d in per cent is written %s', (value, text) => {
    expect(formatQuantity(value, '%', true)).toBe(text);
    expect(formatQuantity(value, '%')).toBe(text);
  });

  test.each([
    [430, '430 ms'],
    [4_240, '4.2 s'],
    [60_000, '1 min'],
    [96_400, '1 min 36 s'],
    [119_900, '2 min'],
  ])('%d ms is written %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('the interval has the unit of what was observed, and a rate its per cent', () => {
    const checks = journals.passed().variants[1]?.checks ?? [];
    const byId = (id: string): Check => checks.find((check) => check.id === id) as Check;
    expect(intervalText(byId('availability'))).toBe('95 % interval 99.68 % to 100 % (wilson)');
    expect(intervalText(byId('latency'))).toBe('95 % interval 11.2 ms to 13.9 ms (order statistics)');
    expect(sampleText(byId('availability'))).toBe('1200 of 1200; the threshold takes 381');
    expect(intervalText(byId('ready'))).toBeUndefined();
  });

  test('an interrupted run has no outcome', () => {
    expect(outcomeWord(journals.interrupted())).toBe('interrupted');
    expect(outcomeWord(journals.failed())).toBe('failed');
  });
});

test('what is true by its title needs no threshold, and what was observed is not said twice', () => {
  const check = (more: Partial<Check>): Check => ({ ...(journals.passed().variants[0]?.checks[0] as Check), ...more });
  expect(thresholdText(check({ threshold: { op: '==', value: true, text: 'true' } }))).toBeUndefined();
  expect(thresholdText(check({ threshold: { op: '>=', value: 0.99, text: 'at least 99 %' } }))).toBe('at least 99 %');
  expect(messageText(check({ observed: { value: true, text: 'answers 200' }, message: 'answers 200.' }))).toBeUndefined();
  expect(messageText(check({ observed: { value: 1, text: '100 %' }, message: '1200 of 1200.' }))).toBe('1200 of 1200.');
});

test('milliseconds are seconds from one thousand on', () => {
  expect(formatQuantity(999, 'ms')).toBe('999 ms');
  expect(formatQuantity(22_626, 'ms')).toBe('22.63 s');
});
