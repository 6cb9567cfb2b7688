import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Pool, PoolClient } from 'pg';
import { Gauge } from 'prom-client';
import { transaction } from './database.ts';
import type { ShopEvent, Topic } from './events.ts';
import { createTopics } from './kafka.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

type Draft = ShopEvent extends infer E ? (E extends ShopEvent ? Omit<E, 'id' | 'at'> : never) : never;

/** Writes an event down in the transaction of what it tells of: both are there, or neither. */
export async function record(client: PoolClient, topic: Topic, draft: Draft): Promise<void> {
  const event = { ...draft, id: randomUUID(), at: new Date().toISOString() };
  await client.query('INSERT INTO outbox (topic, key, event) VALUES ($1, $2, $3)', [topic, draft.orderId, JSON.stringify(event)]);
}

interface Row {
  seq: string;
  topic: string;
  key: string;
  event: ShopEvent;
}

const batchSize = 200;
/** How soon it looks again after it sent something, or while another Pod's relay is at it. */
const pollMs = 100;
/** While there is nothing it looks ever less often, up to this: what this Pod wrote wakes it, only what a dead Pod left has to be found. */
const idlePollMs = 1000;
const longestPauseMs = 2000;
/** One relay at a time for each database, so that events of one order keep their order whatever the number of Pods. */
const relayLock = 7_305_002;

export interface RelayOptions {
  pool: Pool;
  kafka: Kafka;
  log: Log;
  metrics: Metrics;
  /** See RELAY_DROP_EVERY. */
  dropEvery: number;
}

/** Sends what the outbox holds, in order, at least once: what was sent but not marked so is sent again. */
export class Relay {
  private readonly options: RelayOptions;
  private readonly stopping = new AbortController();
  private wake = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly producer: Producer;
  private passed = 0;
  private prepared = false;
  private kicked = false;

  constructor(options: RelayOptions) {
    this.options = options;
    this.producer = options.kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 500 },
    });
    observePending(options);
  }

  start(): void {
    this.running = this.run();
  }

  /** Says that there is something to send now. While the broker is away it does not hurry the relay. */
  kick(): void {
    this.kicked = true;
    if (this.prepared) this.wake.abort();
  }

  /** Sends what is there, if it can be sent, and ends. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake.abort();
    await this.running;
    await this.producer.disconnect();
  }

  private async run(): Promise<void> {
    const { log } = this.options;
    let said = '';
    for (let waitMs = pollMs; ; ) {
      const last = this.stopping.signal.aborted;
      let sent = 0;
      this.kicked = false;
      try {
        await this.prepare();
        const found = await this.sendBatch();
        sent = found ?? 0;
        waitMs = found === 0 ? Math.min(idlePollMs, waitMs * 2) : pollMs;
        said = '';
      } catch (error) {
        this.prepared = false;
        const why = (error as Error).message;
        if (why !== said) log.warn({ why }, 'events cannot be sent and wait in the outbox; trying until it works');
        said = why;
        if (last) return;
        waitMs = Math.min(longestPauseMs, waitMs * 2);
      }
      if (last && sent < batchSize) return;
      if (sent < batchSize && !(this.prepared && this.kicked)) await this.idle(waitMs);
    }
  }

  /** After each failure anew: a broker that lost its topics gets them back with the partitions that they are to have. */
  private async prepare(): Promise<void> {
    if (this.prepared) return;
    await createTopics(this.options.kafka);
    await this.producer.connect();
    this.prepared = true;
  }

  private async idle(waitMs: number): Promise<void> {
    this.wake = new AbortController();
    if (this.stopping.signal.aborted) return;
    await pause(waitMs, undefined, { signal: this.wake.signal }).catch(() => undefined); // woken early
  }

  /** Answers how many events were taken from the outbox; undefined where another Pod's relay is at it. */
  private async sendBatch(): Promise<number | undefined> {
    const { pool, metrics, dropEvery, log } = this.options;
    return transaction(pool, async (client) => {
      const { rows: lock } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS taken', [relayLock]);
      if (!lock[0]?.taken) return undefined;
      const { rows } = await client.query<Row>('SELECT seq, topic, key, event FROM outbox WHERE sent_at IS NULL ORDER BY seq LIMIT $1', [
        batchSize,
      ]);
      if (rows.length === 0) return 0;
      const kept = rows.filter((row, i) => {
        const dropped = dropEvery > 0 && (this.passed + i + 1) % dropEvery === 0;
        if (dropped) log.warn({ event: row.event.id }, 'event dropped by RELAY_DROP_EVERY');
        return !dropped;
      });
      const topics = [...new Set(kept.map(({ topic }) => topic))];
      await this.producer.sendBatch({
        acks: -1,
        timeout: 5000,
        topicMessages: topics.map((topic) => ({
          topic,
          messages: kept
            .filter((row) => row.topic === topic)
            .map(({ key, event }) => ({
              key,
              value: JSON.stringify(event),
              headers: { 'correlation-id': event.correlationId, type: event.type },
            })),
        })),
      });
      await client.query('UPDATE outbox SET sent_at = now() WHERE seq = ANY($1)', [rows.map(({ seq }) => seq)]);
      this.passed += rows.length;
      for (const { event } of kept) metrics.sent.inc({ type: event.type });
      return rows.length;
    });
  }
}

/** Counted when it is asked for; a database's, so each of its Pods tells the same. NaN: the database does not answer. */
function observePending({ pool, metrics, log }: RelayOptions): void {
  new Gauge({
    name: 'outbox_pending',
    help: 'Events of this database that wait for the relay',
    registers: [metrics.registry],
    async collect() {
      try {
        const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM outbox WHERE sent_at IS NULL');
        this.set(rows[0]?.n ?? Number.NaN);
      } catch (error) {
        log.debug({ err: error }, 'the outbox could not be counted');
        this.set(Number.NaN);
      }
    },
  });
}
