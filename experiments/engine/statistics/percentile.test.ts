import { intervalRanks, percentile, percentileInterval } from './percentile.ts';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

test.each([
  [50, 50],
  [95, 95],
  [99, 99],
  [100, 100],
  [0, 1],
])('percentile %i of 1..100 is %i', (p, value) => {
  expect(percentile(upTo(100), p)).toBe(value);
});

// Ranks and coverage of the median's interval: Conover, Practical Nonparametric Statistics; Altman et al., Statistics with Confidence, table 18.4.
test.each([
  [6, 1, 6, 0.969],
  [10, 2, 9, 0.979],
  [20, 6, 15, 0.959],
  [30, 10, 21, 0.957],
  [100, 40, 61, 0.965],
])('the median of %i lies between the values of rank %i and %i', (n, lowRank, highRank, coverage) => {
  const ranks = intervalRanks(n, 0.5, 0.95);
  expect(ranks).toMatchObject({ lowRank, highRank });
  expect(ranks.coverage).toBeCloseTo(coverage, 3);
});

test('a small sample does not bound a high percentile from above', () => {
  expect(percentileInterval(upTo(40), 95)).toMatchObject({ high: null });
  expect(percentileInterval(upTo(200), 95).high).toBeGreaterThan(190);
});

test('nothing is known of no values', () => {
  expect(percentile([], 95)).toBeNull();
  expect(percentileInterval([], 95)).toEqual({ low: null, high: null, coverage: 0 });
});
