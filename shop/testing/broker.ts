import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IHeaders, Kafka, logLevel } from 'kafkajs';
import { freePort } from './free-port.ts';
import { type Program, startProgram } from './program.ts';
import { until } from './until.ts';

export interface Seen {
  key: string;
  value: string;
  headers: Record<string, string>;
}

/** For tests: a real broker, whose log survives `kill` and `restart`; gone after `stop`. */
export class Broker {
  readonly address: string;
  private readonly port: number;
  private readonly folder = mkdtempSync(join(tmpdir(), 'shop-kafka-'));
  private program?: Program;

  private constructor(port: number) {
    this.port = port;
    this.address = `127.0.0.1:${port}`;
  }

  /** One that has an address and is not there yet. */
  static async away(): Promise<Broker> {
    return new Broker(await freePort());
  }

  static async start(): Promise<Broker> {
    const broker = await Broker.away();
    await broker.restart();
    return broker;
  }

  async restart(): Promise<void> {
    const program = startProgram('cluster/images/kafka/main.js', {
      SHOPLAB_POD_IP: '127.0.0.1',
      KAFKA_LISTENERS: `PLAINTEXT://:${this.port}`,
      KAFKA_LOG_DIRS: this.folder,
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    });
    this.program = program;
    await until('the broker', () => program.log().includes('Kafka Server started') || undefined);
  }

  async kill(): Promise<void> {
    await this.program?.end('SIGKILL');
  }

  /** Killed, and all topics lost, as with a Pod's emptyDir. */
  async lose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true });
    mkdirSync(this.folder);
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true });
  }

  private kafka(): Kafka {
    return new Kafka({ clientId: 'test', brokers: [this.address], logLevel: logLevel.NOTHING });
  }

  async partitions(topic: string): Promise<number> {
    const admin = this.kafka().admin();
    await admin.connect();
    try {
      return (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length ?? 0;
    } finally {
      await admin.disconnect();
    }
  }

  async send(topic: string, ...messages: { key: string; value: string | null }[]): Promise<void> {
    const producer = this.kafka().producer();
    await producer.connect();
    await producer.send({ topic, messages });
    await producer.disconnect();
  }

  /** Reads a topic from its beginning until `count` messages were seen. */
  async read(topic: string, count: number): Promise<Seen[]> {
    const consumer = this.kafka().consumer({ groupId: `test-${topic}-${Math.random()}`, maxWaitTimeInMs: 100 });
    const seen: Seen[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        seen.push({ key: String(message.key), value: String(message.value), headers: textOf(message.headers ?? {}) });
      },
    });
    try {
      return await until(`${count} messages in ${topic}`, () => (seen.length >= count ? seen : undefined));
    } finally {
      await consumer.disconnect();
    }
  }

  /** Puts a group back to the beginning of a topic, so that everything is delivered again. It must have no member. */
  async rewind(groupId: string, topic: string): Promise<void> {
    const admin = this.kafka().admin();
    await admin.connect();
    try {
      await until(`group ${groupId} to be empty`, () => admin.resetOffsets({ groupId, topic, earliest: true }).then(() => true));
    } finally {
      await admin.disconnect();
    }
  }
}

const textOf = (headers: IHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
