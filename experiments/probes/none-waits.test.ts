import type { Lab } from '../engine/experiment.ts';
import { noneWaits } from './none-waits.ts';

/** A lab in which delivery takes `answerMs` for an answer, and tells of what was delivered when it was asked. */
function labWith(acceptedMs: Record<string, number>, delivered: string[], answerMs: number): Lab {
  let nowMs = 10_000;
  return {
    elapsedMs: () => nowMs,
    samples: () => Object.entries(acceptedMs).map(([id, dueMs]) => ({ error: '', status: 201, body: { id }, dueMs, latencyMs: 0 })),
    async http() {
      nowMs += answerMs;
      return { status: 200, body: delivered.map((orderId, seq) => ({ id: `d-${orderId}`, seq, orderId, status: 'started' })) };
    },
  } as unknown as Lab;
}

const { until } = noneWaits({ id: 'drained', timeoutMs: 1 });

test('an order that came while delivery was being asked does not wait, however long the answer takes', async () => {
  const lab = labWith({ old: 8000, young: 9500 }, ['old'], 3000);
  expect(await until(lab)).toEqual({ done: true, observed: '0 orders wait' });
});

test('an order that was there a second before it was asked and has no delivery waits', async () => {
  const lab = labWith({ old: 8999, young: 9500 }, [], 0);
  expect(await until(lab)).toEqual({ done: false, observed: '1 orders wait' });
});
