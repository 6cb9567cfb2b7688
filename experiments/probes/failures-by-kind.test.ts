import type { Sample } from '../engine/experiment.ts';
import { failuresByKind } from './failures-by-kind.ts';

test('failures are told by kind with when they were due, most first; answers are none', () => {
  const failed = (error: string, ...dueMs: number[]): Sample[] =>
    dueMs.map((due) => ({ dueMs: due, lateMs: 0, latencyMs: 1, status: error ? 0 : 200, error }));
  expect(failuresByKind([...failed('', 1, 2), ...failed('timeout', 980), ...failed('reset', 5020, 12_340, 7000)])).toEqual([
    'reset: 3, due at 5.0 s to 12.3 s',
    'timeout: 1, due at 1.0 s',
  ]);
  expect(failuresByKind([])).toEqual([]);
});
