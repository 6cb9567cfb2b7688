import { trialsRequired, wilsonInterval } from './wilson.ts';

// Newcombe, Statist. Med. 17 (1998) 857, table I, method 3.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
  [29, 29, 0.883, 1],
])('%i of %i lies within %f and %f, as Newcombe has it', (successes, trials, low, high) => {
  const interval = wilsonInterval(successes, trials);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test('111 of 111 proves no more than 96.66 %', () => {
  expect(Math.abs(wilsonInterval(111, 111).low - 0.9666)).toBeLessThan(0.0001);
});

test('a rate and its complement have mirrored intervals', () => {
  const { low, high } = wilsonInterval(7, 40);
  const mirrored = wilsonInterval(33, 40);
  expect(1 - mirrored.high).toBeCloseTo(low, 12);
  expect(1 - mirrored.low).toBeCloseTo(high, 12);
});

test('nothing is known without a trial, and nonsense is refused', () => {
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  expect(() => wilsonInterval(3, 2)).toThrow('3 of 2 is not a rate');
});

test.each([
  [0.999, 0, 3838],
  [0.99, 0, 381],
  [0.95, 0, 73],
  [0.9, 0, 35],
])('a rate of %f with %i failures takes %i trials', (threshold, failures, trials) => {
  expect(trialsRequired(threshold, failures)).toBe(trials);
});

test.each([1, 2, 5, 17])('with %i failures the count is the least that reaches the threshold', (failures) => {
  const trials = trialsRequired(0.99, failures);
  expect(wilsonInterval(trials - failures, trials).low).toBeGreaterThanOrEqual(0.99);
  expect(wilsonInterval(trials - 1 - failures, trials - 1).low).toBeLessThan(0.99);
});

test('certainty takes for ever', () => {
  expect(trialsRequired(1)).toBe(Number.POSITIVE_INFINITY);
});
