import type { Sample } from '../../engine/experiment.ts';
import { longestHoldUp } from './breaker-cycles.ts';

const order = (dueMs: number, latencyMs: number, lateMs = 1): Sample => ({ dueMs, lateMs, latencyMs, status: 201, error: '' });
const lag = (...samples: Sample[]): number => longestHoldUp({ samples }, { fromMs: 1000, untilMs: 2000, timeoutMs: 300 });

test.each<[string, number, Sample[]]>([
  ['orders whose calls time out held nothing up', 20, [order(1000, 310), order(1900, 320)]],
  ['an order that left late', 690, [order(1100, 990, 700), order(1200, 310)]],
  ['one that waited for order or its database', 900, [order(1100, 1200), order(1200, 310)]],
  ['what was due before and after does not count', 0, [order(900, 1200), order(1500, 30), order(2100, 1200)]],
  ['no order at all', 0, []],
])('%s: %d ms', (_title, expected, samples) => {
  expect(lag(...samples)).toBe(expected);
});
