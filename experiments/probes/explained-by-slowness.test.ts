import type { Sample } from '../engine/experiment.ts';
import { explainedBySlowness } from './explained-by-slowness.ts';

const failed = (...errors: string[]): Sample[] => errors.map((error) => ({ dueMs: 0, lateMs: 0, latencyMs: 1, status: 0, error }));
const kindsOf = (...errors: string[]): string[] => explainedBySlowness(failed(...errors)).map(({ error }) => error);

test('time-outs can be the machine’s, and then so can what probes that time out lead to', () => {
  expect(kindsOf('timeout', 'timeout')).toEqual(['timeout', 'timeout']);
  expect(kindsOf('reset', 'timeout', 'refused')).toEqual(['reset', 'timeout', 'refused']);
});

test('who is refused at once, or answered wrongly, is so on any machine', () => {
  expect(kindsOf('refused', 'reset')).toEqual([]);
  expect(kindsOf('status 500', 'timeout', 'unknown name')).toEqual(['timeout']);
  expect(kindsOf()).toEqual([]);
});
