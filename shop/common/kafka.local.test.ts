import { Broker } from '../testing/broker.ts';
import { createTopics, makeKafka } from './kafka.ts';
import { makeLog } from './log.ts';

test('a connected client sets no timer for a moment that is past, so it does not spin while it is idle', async () => {
  const broker = await Broker.start();
  const kafka = makeKafka('idle', [broker.address], makeLog('idle', 'silent'));
  const producer = kafka.producer();
  const { setTimeout: given } = globalThis;
  const delays: number[] = [];
  globalThis.setTimeout = Object.assign(
    (...[callback, delayMs = 0, ...args]: Parameters<typeof setTimeout>) => {
      delays.push(delayMs);
      return given(callback, delayMs, ...args);
    },
    { __promisify__: given.__promisify__ },
  );
  try {
    await createTopics(kafka);
    await producer.connect();
    await producer.send({ topic: 'orders', messages: Array.from({ length: 20 }, (_, n) => ({ value: String(n) })) });
    // More looks at the queue would follow each within a millisecond.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(delays.filter((delayMs) => delayMs < 0)).toEqual([]);
    expect(delays.length).toBeGreaterThan(1);
  } finally {
    globalThis.setTimeout = given;
    await producer.disconnect();
    await broker.stop();
  }
});
