import { thinOut } from './thin-out.ts';

type Point = [number, number | null];
const wave: Point[] = Array.from({ length: 10_000 }, (_, n) => [n * 250, Math.round(Math.sin(n / 100) * 1000)]);
const values = (points: Point[]): number[] => points.flatMap(([, value]) => (value === null ? [] : [value]));

test('few points stay as they are', () => {
  expect(thinOut(wave.slice(0, 50), 50)).toEqual(wave.slice(0, 50));
  expect(thinOut([], 5)).toEqual([]);
});

test.each([60, 300, 1000])('of 10000 points about %i stay, all of them from the line and in its order', (most) => {
  const thin = thinOut(wave, most);
  expect(thin.length).toBeLessThanOrEqual(most);
  expect(thin.length).toBeGreaterThan(most / 3);
  expect(thin.every(([at, value]) => wave[at / 250]?.[1] === value)).toBe(true);
  expect(thin.map(([at]) => at)).toEqual(thin.map(([at]) => at).sort((a, b) => a - b));
});

test('one second among ten thousand that was bad is still seen, and so are both ends', () => {
  const spike = wave.map(([at], n): Point => [at, n === 7531 ? 9999 : n === 2222 ? -5 : 10]);
  const thin = thinOut(spike, 60);
  expect(thin).toContainEqual([7531 * 250, 9999]);
  expect(thin).toContainEqual([2222 * 250, -5]);
  expect([thin[0], thin.at(-1)]).toEqual([spike[0], spike.at(-1)]);
  expect(Math.max(...values(thin))).toBe(9999);
});

test('a gap stays a gap', () => {
  const holed = wave.map(([at, value], n): Point => [at, n > 4000 && n < 4200 ? null : value]);
  expect(thinOut(holed, 300).some(([at, value]) => value === null && at > 4000 * 250 && at < 4200 * 250)).toBe(true);
});

test('points that all lie at one time, or at uneven times, are no trouble', () => {
  expect(
    thinOut(
      Array.from({ length: 100 }, (_, n): Point => [5, n]),
      20,
    ),
  ).toEqual([
    [5, 0],
    [5, 99],
  ]);
  const uneven: Point[] = [...wave.slice(0, 500), [1e9, 7]];
  expect(thinOut(uneven, 50).at(-1)).toEqual([1e9, 7]);
});
