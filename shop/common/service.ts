import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Router } from 'express';
import type { Pool, PoolClient } from 'pg';
import { startChaos } from './chaos.ts';
import { EventConsumer } from './consumer.ts';
import { makePool, migrateWhenUp } from './database.ts';
import type { ShopEvent, Topic } from './events.ts';
import { gracefulClose } from './graceful-close.ts';
import { type Health, type HealthOverride, healthRoutes } from './health.ts';
import { makeApp } from './http.ts';
import { makeKafka } from './kafka.ts';
import { type Log, makeLog } from './log.ts';
import { type Metrics, makeMetrics } from './metrics.ts';
import { Relay } from './outbox.ts';
import { answerErrors, notFound, Problem } from './problem.ts';
import { requestCost } from './request-cost.ts';
import type { CommonSettings } from './settings.ts';

/** How long leaving the group and sending what is left may take; the broker may be away. */
const flushMs = 4000;

/** What a service's own parts work with. */
export interface Parts {
  pool: Pool;
  log: Log;
  metrics: Metrics;
  /** Says that the outbox has something: after a commit. */
  kick(): void;
}

export interface Definition {
  name: string;
  settings: CommonSettings;
  /** Folder of the .sql files. */
  migrations: string;
  consumes: Topic[];
  routes(parts: Parts): Router;
  handle(parts: Parts): (client: PoolClient, event: ShopEvent) => Promise<boolean>;
  /** See ConsumerOptions; absent: it does not. */
  keepsAccount?: boolean;
  /** What else runs once the database is ready, until the signal aborts. */
  background?(parts: Parts, signal: AbortSignal): void;
  /** More for /actuator/health. */
  components?: () => Record<string, string>;
}

/**
 * Runs a service until SIGTERM. It listens at once, says that it lives, and is ready when its database is. Whether Kafka is there does not
 * count for readiness: what is accepted waits in the outbox.
 */
export function runService(definition: Definition): void {
  const { name, settings } = definition;
  const log = makeLog(name, settings.LOG_LEVEL);
  if (settings.DEFECT === 'crash') {
    log.fatal('this version ends as it starts: DEFECT=crash');
    process.exit(1);
  }
  const metrics = makeMetrics(name);
  const pool = makePool(settings.DATABASE_URL, log);
  const kafka = makeKafka(name, settings.KAFKA_BROKERS, log);
  const relay = new Relay({ pool, kafka, log, metrics, dropEvery: settings.RELAY_DROP_EVERY });
  const parts: Parts = { pool, log, metrics, kick: () => relay.kick() };
  const consumer = new EventConsumer({
    kafka,
    group: name,
    topics: definition.consumes,
    pool,
    log,
    metrics,
    deduplicate: settings.DEDUPLICATION === 'on',
    keepsAccount: definition.keepsAccount ?? false,
    handle: definition.handle(parts),
    afterCommit: parts.kick,
  });
  const stopping = new AbortController();
  let phase: 'starting' | 'warming' | 'serving' | 'stopping' = 'starting';
  let waitingFor = 'it did not answer yet';
  const override: HealthOverride = {};
  const health: Health = {
    look: async () => {
      const consuming = { consumer: consumer.joined ? 'UP' : 'DOWN', ...definition.components?.() };
      if (phase === 'starting') {
        return { why: `waiting for the database: ${waitingFor}`, components: { database: 'DOWN', ...consuming } };
      }
      if (phase === 'stopping') return { why: 'stopping', components: consuming };
      if (phase === 'warming') return { why: `warming up for ${settings.WARMUP_MS} ms`, components: { database: 'UP', ...consuming } };
      if (settings.DEFECT === 'never-ready') return { why: 'this version never is: DEFECT=never-ready', components: consuming };
      const why = await pool.query('SELECT 1').then(
        () => undefined,
        (error: Error) => `the database does not answer: ${error.message}`,
      );
      return { why, components: { database: why === undefined ? 'UP' : 'DOWN', ...consuming } };
    },
  };

  const app = makeApp(log, metrics, settings.HOSTNAME, () => phase === 'stopping');
  app.use(healthRoutes(health, override));
  app.use((_request, _response, next) => {
    if (phase === 'starting' || phase === 'warming') throw new Problem(503, 'The service is starting');
    next();
  });
  if (settings.REQUEST_COST_MS > 0) app.use(requestCost(settings.REQUEST_COST_MS));
  app.use(definition.routes(parts));
  app.use(notFound);
  app.use(answerErrors(log));
  const server = createServer(app);
  const close = gracefulClose(server);
  server.keepAliveTimeout = 65_000;
  server.listen(settings.PORT, () => log.info({ port: settings.PORT }, 'listening'));
  server.on('error', (error) => {
    log.fatal({ err: error }, 'cannot listen');
    process.exit(1);
  });
  const chaos = settings.SHOPLAB_CHAOS === '1' ? startChaos(settings.CHAOS_PORT, override, log) : undefined;

  const stop = async (): Promise<void> => {
    phase = 'stopping';
    stopping.abort();
    await pause(settings.SHUTDOWN_DELAY_MS);
    await close({
      timeoutMs: settings.SHUTDOWN_TIMEOUT_MS,
      onCut: () => log.warn('requests in flight were cut: they took too long'),
    });
    chaos?.close();
    chaos?.closeAllConnections();
    const flushed = consumer
      .stop()
      .then(() => relay.stop())
      .then(() => pool.end())
      .then(() => true);
    const inTime = await Promise.race([flushed, pause(flushMs, false)]);
    if (inTime) log.info('stopped');
    else log.warn({ flushMs }, 'stopped without an answer of the broker; what was not sent stays in the outbox');
  };
  const onSignal = (signal: string): void => {
    if (phase === 'stopping') process.exit(1); // asked twice: at once
    log.info({ signal }, 'stopping');
    stop().then(
      () => process.exit(0),
      (error: Error) => {
        log.fatal({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);

  migrateWhenUp(pool, definition.migrations, log, stopping.signal, (why) => {
    waitingFor = why;
  })
    .then(async () => {
      if (phase === 'starting') phase = 'warming';
      await pause(settings.WARMUP_MS, undefined, { signal: stopping.signal });
    })
    .then(() => {
      if (phase === 'stopping') return;
      phase = 'serving';
      relay.start();
      consumer.start();
      definition.background?.(parts, stopping.signal);
      log.info('ready');
    })
    .catch((error: Error) => {
      if (stopping.signal.aborted) return;
      log.fatal({ err: error }, 'the database cannot be prepared');
      process.exit(1);
    });
}
