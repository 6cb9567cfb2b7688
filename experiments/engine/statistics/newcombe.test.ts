import { newcombeInterval } from './newcombe.ts';

// Newcombe, Statist. Med. 17 (1998) 873, table II, method 10: p1 - p2 there is b - a here.
test.each([
  [[56, 70], [48, 80], 0.0524, 0.3339],
  [[9, 10], [3, 10], 0.1705, 0.809],
  [[6, 7], [2, 7], 0.0582, 0.8062],
  [[5, 56], [0, 29], -0.0381, 0.1926],
  [[0, 10], [0, 20], -0.1611, 0.2775],
  [[0, 10], [0, 10], -0.2775, 0.2775],
  [[10, 10], [0, 20], 0.6791, 1],
  [[10, 10], [0, 10], 0.6075, 1],
] as const)('%j against %j: %f to %f, as Newcombe has it', ([s1, n1], [s2, n2], lower, upper) => {
  const interval = newcombeInterval({ successes: s2, total: n2 }, { successes: s1, total: n1 });
  expect(interval.difference).toBeCloseTo(s1 / n1 - s2 / n2, 12);
  expect(interval.lower).toBeCloseTo(lower, 4);
  expect(interval.upper).toBeCloseTo(upper, 4);
});

test('the other way round is the mirror image', () => {
  const [a, b] = [
    { successes: 5, total: 56 },
    { successes: 20, total: 29 },
  ];
  const [there, back] = [newcombeInterval(a, b), newcombeInterval(b, a)];
  expect(back.lower).toBeCloseTo(-there.upper, 12);
  expect(back.upper).toBeCloseTo(-there.lower, 12);
});

test('more confidence, wider; nothing counted, nothing known', () => {
  const [a, b] = [
    { successes: 90, total: 100 },
    { successes: 95, total: 100 },
  ];
  const [usual, sure] = [newcombeInterval(a, b), newcombeInterval(a, b, 0.99)];
  expect(sure.lower).toBeLessThan(usual.lower);
  expect(sure.upper).toBeGreaterThan(usual.upper);
  const unknown = newcombeInterval({ successes: 0, total: 0 }, b);
  expect(unknown.lower).toBeLessThan(0);
  expect(unknown.upper).toBeGreaterThan(0);
});
