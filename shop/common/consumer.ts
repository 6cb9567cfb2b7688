import { setTimeout as pause } from 'node:timers/promises';
import { type Consumer, type EachMessagePayload, type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Pool, PoolClient } from 'pg';
import { isUnstorable, transaction } from './database.ts';
import { deadLetterTopic, partitions, type ShopEvent, shopEvent, type Topic } from './events.ts';
import { createTopics } from './kafka.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

export interface ConsumerOptions {
  kafka: Kafka;
  group: string;
  topics: Topic[];
  pool: Pool;
  log: Log;
  metrics: Metrics;
  /** Whether `handle` itself writes down what it has taken; else that is done before it is called. */
  keepsAccount: boolean;
  /** See DEDUPLICATION. */
  deduplicate: boolean;
  /** The effect of an event, in the transaction that remembers it; false: nothing to do with it here. */
  handle: (client: PoolClient, event: ShopEvent) => Promise<boolean>;
  /** After an event's effect was committed. */
  afterCommit: () => void;
}

const retryMs = 500;

/**
 * Takes events at least once and makes their effect happen once: the event's id is written down in the transaction of its effect, and offsets
 * are committed after it. Who dies in between takes the event again, and finds its id. What cannot be read or stored goes to the dead-letter
 * topic, so that it does not stand in the way of what follows.
 */
export class EventConsumer {
  private readonly options: ConsumerOptions;
  private readonly stopping = new AbortController();
  private readonly stopped = new Promise<undefined>((resolve) => {
    this.stopping.signal.addEventListener('abort', () => resolve(undefined));
  });
  private producer?: Producer;
  private running: Promise<void> = Promise.resolve();
  /** Whether it is a member of its group now. */
  joined = false;

  constructor(options: ConsumerOptions) {
    this.options = options;
  }

  /** Joins once the broker answers; tries until then, and again whenever it is thrown out. */
  start(): void {
    this.running = this.run();
  }

  /** Finishes what is being handled and leaves the group, so that others take over at once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.producer?.disconnect();
  }

  /** kafkajs gives up on many errors and is silent from then on; here each consumer that ends is followed by another. */
  private async run(): Promise<void> {
    const { log, group } = this.options;
    for (let said = ''; !this.stopping.signal.aborted; ) {
      try {
        await this.consume();
      } catch (error) {
        const why = (error as Error).message;
        if (why !== said) log.warn({ why, group }, 'not consuming; trying until it works');
        said = why;
        await pause(retryMs, undefined, { signal: this.stopping.signal }).catch(() => undefined); // stopped meanwhile
      }
    }
  }

  /** Joins the group and takes events. Resolves when it is to stop; rejects when the consumer cannot go on, with why. */
  private async consume(): Promise<void> {
    const { kafka, topics, log } = this.options;
    await createTopics(kafka);
    const producer = this.producer ?? kafka.producer({ allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    this.producer = producer;
    const consumer = this.make();
    const crashed = new Promise<Error>((resolve) => consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error)));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics, fromBeginning: true });
      await consumer.run({ partitionsConsumedConcurrently: partitions, eachMessage: (payload) => this.take(payload) });
      const why = await Promise.race([crashed, this.stopped]);
      if (why) throw why;
    } finally {
      this.joined = false;
      await consumer.disconnect().catch((error: Error) => log.debug({ err: error }, 'could not disconnect'));
    }
  }

  private make(): Consumer {
    const consumer = this.options.kafka.consumer({
      groupId: this.options.group,
      // A killed member's partitions go to others after this; Kafka's own default minimum.
      sessionTimeout: 6000,
      heartbeatInterval: 1000,
      rebalanceTimeout: 10_000,
      maxWaitTimeInMs: 250,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 5, restartOnFailure: async () => false },
    });
    consumer.on(consumer.events.GROUP_JOIN, () => {
      this.joined = true;
    });
    consumer.on(consumer.events.CRASH, () => {
      this.joined = false;
    });
    return consumer;
  }

  private async take(payload: EachMessagePayload): Promise<void> {
    const { pool, log, metrics, keepsAccount, deduplicate, handle, afterCommit } = this.options;
    const event = parse(payload.message.value);
    if (event instanceof Error) return this.bury(payload, 'unknown', event);
    let outcome: 'done' | 'ignored' | 'duplicate';
    try {
      outcome = await transaction(pool, async (client) => {
        if (!keepsAccount && !(await writeDown(client, event)) && deduplicate) return 'duplicate';
        return (await handle(client, event)) ? 'done' : 'ignored';
      });
    } catch (error) {
      if (!isUnstorable(error)) throw error; // the database is away: taken again
      return this.bury(payload, event.type, error);
    }
    metrics.consumed.inc({ type: event.type, outcome });
    log.debug({ event: event.id, type: event.type, orderId: event.orderId, correlationId: event.correlationId, outcome }, 'event taken');
    if (outcome === 'done') afterCommit();
  }

  private async bury({ topic, partition, message }: EachMessagePayload, type: string, why: Error): Promise<void> {
    const { log, metrics, group } = this.options;
    const { key, value, offset } = message;
    log.warn({ topic, partition, offset, type, why: why.message }, 'message cannot be taken: to the dead letters');
    const headers = { reason: why.message.slice(0, 1000), group, topic, partition: String(partition), offset };
    await this.producer?.send({ topic: deadLetterTopic(topic), messages: [{ key, value, headers }] });
    metrics.consumed.inc({ type, outcome: 'dead' });
  }
}

/** Writes an event's id down; answers whether it was new. */
async function writeDown(client: PoolClient, { id }: ShopEvent): Promise<boolean> {
  const { rowCount } = await client.query('INSERT INTO inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING', [id]);
  return rowCount === 1;
}

function parse(value: Buffer | null): ShopEvent | Error {
  try {
    const read = shopEvent.safeParse(JSON.parse(value?.toString('utf8') ?? ''));
    return read.success ? read.data : new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  } catch (error) {
    return error as Error;
  }
}
