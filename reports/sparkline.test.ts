import { sparkline, windowLine } from './sparkline.ts';

test('each stretch of time has its most, against the maximum', () => {
  expect(
    sparkline(
      [
        [0, 0],
        [1000, 35],
        [1500, 70],
        [2000, 10],
        [3000, 0],
      ],
      4000,
      70,
      4,
    ),
  ).toBe('▁█▂▁');
});

test('what is not known is a dot, and what is little is still seen', () => {
  expect(
    sparkline(
      [
        [0, null],
        [1000, 1],
        [3000, 0],
      ],
      4000,
      10_000,
      4,
    ),
  ).toBe('·▂·▁');
  expect(sparkline([], 4000, 1, 4)).toBe('····');
});

test('a count stays until it changes', () => {
  expect(
    sparkline(
      [
        [0, 1],
        [2500, 1],
        [2500, 0],
        [5999, 0],
      ],
      6000,
      1,
      6,
      true,
    ),
  ).toBe('███▁▁▁');
});

test('points beyond the end are in the last stretch', () => {
  expect(sparkline([[9999, 5]], 4000, 5, 4)).toBe('···█');
});

test('a fault is shown where it was in, however short', () => {
  expect(windowLine([{ fromMs: 1000, toMs: 2500 }], 4000, 8)).toBe('··░░░░··');
  expect(windowLine([{ fromMs: 1010, toMs: 1011 }], 4000, 4)).toBe('·░··');
});
