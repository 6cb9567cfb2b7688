import type { Sample } from '../engine/experiment.ts';
import { explainedBySlowness } from './explained-by-slowness.ts';

/** Of one request a second, each ended after 10 ms. */
const failed = (...errors: string[]): Sample[] =>
  errors.map((error, second) => ({ dueMs: 1000 * second, lateMs: 0, latencyMs: 10, status: 0, error }));
const kindsOf = (...errors: string[]): string[] => explainedBySlowness(failed(...errors)).map(({ error }) => error);

test('time-outs can be the machine’s, and then so can what probes that time out lead to', () => {
  expect(kindsOf('timeout', 'timeout')).toEqual(['timeout', 'timeout']);
  expect(kindsOf('timeout', 'reset', 'refused')).toEqual(['timeout', 'reset', 'refused']);
});

test('what hung and was reset after the first time-out was due is explained, too', () => {
  const [hung, late] = failed('reset', 'timeout');
  expect(explainedBySlowness([{ ...(hung as Sample), latencyMs: 4000 }, late as Sample])).toHaveLength(2);
});

test('who is refused before anything timed out, or is answered wrongly, is so on any machine', () => {
  expect(kindsOf('refused', 'reset')).toEqual([]);
  expect(kindsOf('refused', 'refused', 'timeout')).toEqual(['timeout']);
  expect(kindsOf('timeout', 'status 500', 'unknown name')).toEqual(['timeout']);
  expect(kindsOf()).toEqual([]);
});
