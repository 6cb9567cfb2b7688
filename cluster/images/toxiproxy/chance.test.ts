import { chance, seedChance } from './chance.ts';

const draws = (seed: number, count: number): number[] => {
  seedChance(seed);
  return Array.from({ length: count }, chance);
};

test('a seed gives its draws again, another gives others', () => {
  expect(draws(42, 5)).toEqual(draws(42, 5));
  expect(draws(42, 5)).not.toEqual(draws(43, 5));
});

test('draws are even: each tenth has its share of 10,000, to within four standard deviations', () => {
  const counts = Array.from({ length: 10 }, () => 0);
  for (const drawn of draws(7, 10_000)) counts[Math.floor(drawn * 10)] = (counts[Math.floor(drawn * 10)] ?? 0) + 1;
  expect(counts).toHaveLength(10);
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
});
