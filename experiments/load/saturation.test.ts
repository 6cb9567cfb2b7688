import { decideBusy, utilizationOf } from './saturation.ts';

test('a load of a second tells how busy its generator was, a shorter one does not', () => {
  expect(utilizationOf({ idle: 20, active: 980, utilization: 0.98 })).toBe(0.98);
  expect(utilizationOf({ idle: 1, active: 49, utilization: 0.98 })).toBe(0);
});

test('a generator that had no rest is told of', () => {
  expect(decideBusy(0.98)).toMatch(/at work 98 % of the time/);
  expect(decideBusy(0)).toBeNull();
});
