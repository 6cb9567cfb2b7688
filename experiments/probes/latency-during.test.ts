import { latencyDraft } from './latency-during.ts';

const question = { title: '', what: 'orders', percentile: 95, atMostMs: 500, expectedInControl: 'false' } as const;
const some = (fast: number, slow: number): number[] => [...Array(fast).fill(20), ...Array(slow).fill(900)] as number[];

test.each([
  ['enough fast ones', some(600, 10), 'true'],
  ['too many slow ones', some(500, 100), 'false'],
  ['about as many as the bound allows', some(570, 30), 'unknown'],
  ['too few to say', some(20, 0), 'unknown'],
  ['none', [], 'unknown'],
])('%s', (_name, latencies, result) => {
  expect(latencyDraft(latencies, question).result).toBe(result);
});

test('the sentence has value, interval and count', () => {
  expect(latencyDraft(some(1500, 100), question)).toMatchObject({
    id: 'latency-p95',
    observed: { value: 900, text: 'p95 900 ms (900 ms to 900 ms) of 1,600 orders' },
    interval: { low: 900, high: 900, method: 'order statistics' },
    message: 'p95 900 ms (900 ms to 900 ms) of 1,600 orders: more than 500 ms with 95 % confidence',
  });
});
