import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Producer } from 'kafkajs';
import type { Pool, PoolClient } from 'pg';
import { transaction } from './database.ts';
import type { ShopEvent, Topic } from './events.ts';
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
const pollMs = 100;
const longestPauseMs = 2000;
/** One relay at a time for each database, so that events of one order keep their order whatever the number of Pods. */
const relayLock = 7_305_002;

export interface RelayOptions {
  pool: Pool;
  producer: Producer;
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
  private passed = 0;
  private connected = false;

  constructor(options: RelayOptions) {
    this.options = options;
  }

  start(): void {
    this.running = this.run();
  }

  /** Says that there is something to send now. */
  kick(): void {
    this.wake.abort();
  }

  /** Sends what is there, if it can be sent, and ends. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.kick();
    await this.running;
    if (this.connected) await this.options.producer.disconnect();
  }

  private async run(): Promise<void> {
    let waitMs = pollMs;
    for (;;) {
      const last = this.stopping.signal.aborted;
      let sent = 0;
      try {
        if (!this.connected) {
          await this.options.producer.connect();
          this.connected = true;
        }
        sent = await this.sendBatch();
        waitMs = pollMs;
      } catch (error) {
        this.options.log.warn({ err: error }, 'events could not be sent: trying again');
        waitMs = Math.min(longestPauseMs, waitMs * 2);
        if (last) return;
      }
      if (last && sent < batchSize) return;
      if (sent < batchSize) await this.idle(waitMs);
    }
  }

  private async idle(waitMs: number): Promise<void> {
    this.wake = new AbortController();
    if (this.stopping.signal.aborted) return;
    await pause(waitMs, undefined, { signal: this.wake.signal }).catch(() => undefined); // woken early
  }

  /** Answers how many events were taken from the outbox. */
  private async sendBatch(): Promise<number> {
    const { pool, producer, metrics, dropEvery, log } = this.options;
    return transaction(pool, async (client) => {
      const { rows: lock } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS taken', [relayLock]);
      if (!lock[0]?.taken) return 0;
      const { rows } = await client.query<Row>('SELECT seq, topic, key, event FROM outbox WHERE sent_at IS NULL ORDER BY seq LIMIT $1', [
        batchSize,
      ]);
      metrics.outbox.set(rows.length);
      if (rows.length === 0) return 0;
      const kept = rows.filter((row) => {
        this.passed += 1;
        const dropped = dropEvery > 0 && this.passed % dropEvery === 0;
        if (dropped) log.warn({ event: row.event.id }, 'event dropped by RELAY_DROP_EVERY');
        return !dropped;
      });
      const topics = [...new Set(kept.map(({ topic }) => topic))];
      await producer.sendBatch({
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
      for (const { event } of kept) metrics.sent.inc({ type: event.type });
      return rows.length;
    });
  }
}
