import type { Sample } from '../engine/experiment.ts';
import { noneLostDraft } from './none-lost.ts';

const samples = (good: number, ...bad: string[]): Sample[] =>
  [...Array.from({ length: good }, () => ''), ...bad].map((error, dueMs) => ({
    dueMs,
    lateMs: 0,
    latencyMs: 1,
    status: error ? 0 : 200,
    error,
  }));
const draft = (during: Sample[]) => noneLostDraft({ samples: during }, { when: 'then', threshold: 0.999, expectedInControl: 'false' });

test.each<[string, Sample[], 'true' | 'false' | 'unknown', string]>([
  ['none of enough', samples(3838), 'true', 'none of 3,838 requests was lost then: at least 99.9 % succeed, with 95 % confidence'],
  ['none of too few', samples(3837), 'unknown', 'none of 3,837 requests was lost then, but 99.9 % takes 3,838'],
  ['one of many', samples(5000, 'reset'), 'false', '1 of 5,001 requests were lost then (reset: 1, due at 5.0 s)'],
  ['one of few', samples(10, 'status 503'), 'false', '1 of 11 requests were lost then (status 503: 1, due at 0.0 s)'],
  ['nothing at all', samples(0), 'unknown', 'none of 0 requests was lost then, but 99.9 % takes 3,838'],
])('%s is %s', (_title, during, result, message) => {
  expect(draft(during)).toMatchObject({ result, message });
});

test('what a slow machine explains may be its fault', () => {
  expect(draft(samples(10, 'timeout', 'reset')).dependsOnSpeed).toBe(true);
  expect(draft(samples(10, 'reset')).dependsOnSpeed).toBe(false);
  expect(draft(samples(10, 'timeout', 'status 500')).dependsOnSpeed).toBe(false);
});
