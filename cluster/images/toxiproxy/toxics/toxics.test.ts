import { toxicKinds } from './catalog.ts';
import { delayMs } from './latency.ts';
import { slices } from './slicer.ts';

test('there are the toxics of 2.12', () => {
  expect([...toxicKinds.keys()].sort()).toEqual(
    ['bandwidth', 'latency', 'limit_data', 'noop', 'reset_peer', 'slicer', 'slow_close', 'timeout'].sort(),
  );
});

test.each([
  [100, 0, 0.7, 100],
  [100, 20, 0, 80],
  [100, 20, 0.5, 100],
  [100, 20, 0.999, 119],
  [10, 20, 0, -10],
])('a latency of %d ± %d ms drawn at %d is %d ms', (latency, jitter, random, expected) => {
  expect(delayMs({ latency, jitter }, random)).toBe(expected);
});

test('slices follow each other, are about as large as asked for, and end in any case', () => {
  let drawn = 0;
  const random = (): number => {
    drawn += 0.37;
    return drawn % 1;
  };
  const cut = slices({ average_size: 100, size_variation: 20 }, 0, 1000, random);
  expect(cut.map(([start]) => start)).toEqual([0, ...cut.map(([, end]) => end)].slice(0, -1));
  expect(cut.at(-1)?.[1]).toBe(1000);
  expect(Math.max(...cut.map(([start, end]) => end - start))).toBeLessThanOrEqual(120);
  expect(slices({ average_size: 100, size_variation: 0 }, 0, 100, random)).toEqual([[0, 100]]);
  expect(slices({ average_size: 0, size_variation: 0 }, 0, 3, random)).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
});
