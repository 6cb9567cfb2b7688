import { jest } from '@jest/globals';
import { Broker } from '../testing/broker.ts';
import { createTopics, makeKafka } from './kafka.ts';
import { makeLog } from './log.ts';

test('a connected client sets no timer for a moment that is past, so it does not spin while it is idle', async () => {
  const broker = await Broker.start();
  const kafka = makeKafka('idle', [broker.address], makeLog('idle', 'silent'));
  const producer = kafka.producer();
  const timers = jest.spyOn(globalThis, 'setTimeout');
  try {
    await createTopics(kafka);
    await producer.connect();
    await producer.send({ topic: 'orders', messages: Array.from({ length: 20 }, (_, n) => ({ value: String(n) })) });
    // More looks at the queue would follow each within a millisecond.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(timers.mock.calls.map(([, delayMs]) => delayMs).filter((delayMs = 0) => delayMs < 0)).toEqual([]);
    expect(timers.mock.calls.length).toBeGreaterThan(1);
  } finally {
    timers.mockRestore();
    await producer.disconnect();
    await broker.stop();
  }
});
