import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { startBroker } from '../../cluster/images/kafka/broker/broker.ts';
import { type Figure, percentile } from './figures.ts';

const messageBytes = 208;

/** The embedded broker by kafkajs, both in this process: batches of 500, single sends one after another, and from send to consumer. */
export async function broker(rounds: number): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'shoplab-bench-'));
  const running = await startBroker({ host: '127.0.0.1', port: 0, dataDir, initialRebalanceDelayMs: 0 });
  const kafka = new Kafka({ brokers: [running.address], logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 });
  const figures: Record<'produce' | 'single' | 'end', number[]> = { produce: [], single: [], end: [] };
  try {
    await producer.connect();
    const topic = 'bench';
    const value = randomBytes(messageBytes);
    const received = new Map<string, (atMs: number) => void>();
    await producer.send({ topic, messages: [{ value }] });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: false });
    const joined = new Promise((resolve) => consumer.on('consumer.group_join', resolve));
    await consumer.run({
      eachMessage: async ({ message }) => received.get(message.key?.toString() ?? '')?.(performance.now()),
    });
    await joined;
    for (let round = 0; round < rounds; round += 1) {
      let started = performance.now();
      const batch = Array.from({ length: 500 }, () => ({ value }));
      for (let sent = 0; sent < 20; sent += 1) await producer.send({ topic: 'bench-batches', messages: batch });
      figures.produce.push(10_000 / ((performance.now() - started) / 1000));
      const singles: number[] = [];
      const ends: number[] = [];
      for (let sent = 0; sent < 200; sent += 1) {
        const key = randomUUID();
        started = performance.now();
        const arrival = new Promise<number>((resolve) => received.set(key, resolve));
        await producer.send({ topic, messages: [{ key, value }] });
        singles.push(performance.now() - started);
        ends.push((await arrival) - started);
        received.delete(key);
      }
      figures.single.push(percentile(singles, 0.5));
      figures.end.push(percentile(ends, 0.5));
    }
  } finally {
    await consumer.disconnect();
    await producer.disconnect();
    await running.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  return [
    { name: `broker: produce, ${messageBytes} B in batches of 500`, unit: 'messages/s', readings: figures.produce },
    { name: 'broker: one send, p50 of a round', unit: 'ms', readings: figures.single },
    { name: 'broker: from send to consumer, p50 of a round', unit: 'ms', readings: figures.end },
  ];
}
