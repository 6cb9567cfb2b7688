import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer, EachMessagePayload, Kafka, Producer } from 'kafkajs';
import type { Pool, PoolClient } from 'pg';
import { transaction } from './database.ts';
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
 * are committed after it. Who dies in between takes the event again, and finds its id. What cannot be read goes to the dead-letter topic.
 */
export class EventConsumer {
  private readonly options: ConsumerOptions;
  private readonly stopping = new AbortController();
  private consumer?: Consumer;
  private producer?: Producer;
  private starting: Promise<void> = Promise.resolve();
  /** Whether it is a member of its group now. */
  joined = false;

  constructor(options: ConsumerOptions) {
    this.options = options;
  }

  /** Joins once the broker answers; tries until then. */
  start(): void {
    this.starting = this.run();
  }

  /** Finishes what is being handled and leaves the group, so that others take over at once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.starting;
    await this.consumer?.disconnect();
    await this.producer?.disconnect();
  }

  private async run(): Promise<void> {
    const { kafka, log, group, topics } = this.options;
    for (let said = ''; !this.stopping.signal.aborted; ) {
      try {
        await createTopics(kafka);
        this.producer ??= kafka.producer({ allowAutoTopicCreation: false });
        await this.producer.connect();
        this.consumer = this.make();
        await this.consumer.connect();
        await this.consumer.subscribe({ topics, fromBeginning: true });
        await this.consumer.run({ partitionsConsumedConcurrently: partitions, eachMessage: (payload) => this.take(payload) });
        return;
      } catch (error) {
        const why = (error as Error).message;
        if (why !== said) log.info({ why, group }, 'waiting for the broker');
        said = why;
        await this.consumer?.disconnect().catch((cause: Error) => log.debug({ err: cause }, 'could not disconnect'));
        await pause(retryMs, undefined, { signal: this.stopping.signal }).catch(() => undefined); // stopped meanwhile
      }
    }
  }

  private make(): Consumer {
    const { kafka, group, log } = this.options;
    const consumer = kafka.consumer({
      groupId: group,
      // A killed member's partitions go to others after this; Kafka's own default minimum.
      sessionTimeout: 6000,
      heartbeatInterval: 1000,
      rebalanceTimeout: 10_000,
      maxWaitTimeInMs: 250,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 5, restartOnFailure: async () => true },
    });
    consumer.on(consumer.events.GROUP_JOIN, () => {
      this.joined = true;
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      this.joined = false;
      log.error({ err: payload.error, restart: payload.restart }, 'the consumer crashed');
      // Nobody is to run with a consumer that is dead: the Pod is started anew.
      if (!payload.restart && !this.stopping.signal.aborted) process.exit(1);
    });
    return consumer;
  }

  private async take({ topic, partition, message }: EachMessagePayload): Promise<void> {
    const { pool, log, metrics, deduplicate, handle, afterCommit } = this.options;
    const event = parse(message.value);
    if (event instanceof Error) {
      log.warn({ topic, partition, offset: message.offset, why: event.message }, 'message cannot be read: to the dead letters');
      const headers = { reason: event.message.slice(0, 1000), topic, partition: String(partition), offset: message.offset };
      await this.producer?.send({ topic: deadLetterTopic(topic), messages: [{ key: message.key, value: message.value, headers }] });
      metrics.consumed.inc({ type: 'unknown', outcome: 'dead' });
      return;
    }
    const outcome = await transaction(pool, async (client) => {
      const { rowCount } = await client.query('INSERT INTO inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING', [event.id]);
      if (rowCount === 0 && deduplicate) return 'duplicate';
      return (await handle(client, event)) ? 'done' : 'ignored';
    });
    metrics.consumed.inc({ type: event.type, outcome });
    log.debug({ event: event.id, type: event.type, orderId: event.orderId, correlationId: event.correlationId, outcome }, 'event taken');
    if (outcome === 'done') afterCommit();
  }
}

function parse(value: Buffer | null): ShopEvent | Error {
  try {
    const read = shopEvent.safeParse(JSON.parse(value?.toString('utf8') ?? ''));
    return read.success ? read.data : new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  } catch (error) {
    return error as Error;
  }
}
