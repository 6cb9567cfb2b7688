import { Histogram } from './histogram.ts';
import { percentile, percentileInterval } from './percentile.ts';

/** Latencies as they come: most are short, some very long; the same every time. */
function latencies(count: number): number[] {
  let state = 42;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  return Array.from({ length: count }, () => 0.2 / (1 - next()) ** 1.5);
}
const filled = (values: number[]) => {
  const made = new Histogram();
  for (const value of values) made.add(value);
  return made;
};
const percents = [0, 1, 25, 50, 75, 90, 95, 99, 99.9, 100];

test.each([1, 2, 10, 1000, 50_000])('percentiles of %i values are those of the values to a thousandth', (count) => {
  const values = latencies(count);
  const sorted = [...values].sort((a, b) => a - b);
  const histogram = filled(values);
  for (const p of percents) {
    const exact = percentile(sorted, p) ?? 0;
    const found = histogram.percentile(p) ?? 0;
    expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(0.001, exact / 1000));
  }
  expect(histogram.min).toBe(sorted[0]);
  expect(histogram.max).toBe(sorted.at(-1));
  expect(histogram.mean).toBeCloseTo(values.reduce((sum, one) => sum + one, 0) / count, 9);
});

test.each([5, 40, 2000])('so are the ends of their intervals, of %i values', (count) => {
  const values = latencies(count);
  const sorted = [...values].sort((a, b) => a - b);
  const histogram = filled(values);
  for (const p of [50, 95, 99]) {
    const exact = percentileInterval(sorted, p);
    const found = histogram.percentileInterval(p);
    for (const side of ['low', 'high'] as const) {
      if (exact[side] === null) expect(found[side]).toBeNull();
      else expect(Math.abs((found[side] ?? 0) - exact[side])).toBeLessThanOrEqual(Math.max(0.001, exact[side] / 1000));
    }
  }
});

test('histograms of parts add up to that of all, also by way of JSON', () => {
  const values = latencies(9000);
  const all = filled(values);
  const sum = new Histogram();
  for (const from of [0, 1000, 1001, 7000]) {
    const until = { 0: 1000, 1000: 1001, 1001: 7000, 7000: 9000 }[from];
    sum.merge(JSON.parse(JSON.stringify(filled(values.slice(from, until)).plain())));
  }
  sum.merge(new Histogram().plain());
  expect({ ...sum.plain(), sum: 0 }).toEqual({ ...all.plain(), sum: 0 });
  expect(sum.total).toBeCloseTo(all.total, 6);
  expect(percents.map((p) => sum.percentile(p))).toEqual(percents.map((p) => all.percentile(p)));
});

test('a stall of minutes and an answer in no time have their place', () => {
  const histogram = filled([0, 0.0004, 600_000]);
  expect(histogram.percentile(50)).toBeLessThanOrEqual(0.001);
  expect(histogram.percentile(100)).toBe(600_000);
});

test('without values there is nothing to tell', () => {
  const none = new Histogram();
  expect([none.min, none.max, none.mean, none.percentile(50)]).toEqual([null, null, null, null]);
  expect(none.percentileInterval(50)).toEqual({ low: null, high: null });
});
