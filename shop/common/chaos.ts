import { createServer, type Server } from 'node:http';
import express from 'express';
import { z } from 'zod';
import type { HealthOverride } from './health.ts';
import type { Log } from './log.ts';
import { answerErrors, notFound, onlyMethods, parseInput } from './problem.ts';

const maxMs = 600_000;
const duration = z.strictObject({ durationMs: z.number().int().min(1).max(maxMs).default(60_000) });
const status = z.number().int().min(200).max(599);
const settings = {
  hang: duration,
  cpu: duration.extend({ share: z.number().min(0.01).max(1).default(0.9) }),
  memory: z.strictObject({ megabytes: z.number().int().min(1).max(4096) }),
  health: z.strictObject({ live: status.optional(), ready: status.optional() }),
  crash: z.strictObject({ exitCode: z.number().int().min(0).max(255).default(1) }),
};

/**
 * Faults from inside the process, on a port of their own, only where the manifest sets SHOPLAB_CHAOS=1: POST /hang, /crash, /kill, /cpu, /memory,
 * /health; GET / tells what is on; DELETE / undoes what can be undone.
 */
export function startChaos(port: number, health: HealthOverride, log: Log): Server {
  const app = express();
  let held: Buffer[] = [];
  let burning: NodeJS.Timeout | undefined;
  const calm = (): void => {
    clearInterval(burning);
    burning = undefined;
    held = [];
    delete health.live;
    delete health.ready;
  };
  app.use(express.json({ type: () => true }));
  app
    .route('/')
    .get((_request, response) => void response.json({ cpu: burning !== undefined, memoryMegabytes: held.length, health }))
    .delete((_request, response) => {
      calm();
      response.json({ undone: true });
    })
    .all(onlyMethods('GET', 'HEAD', 'DELETE'));
  app.post('/hang', (request, response) => {
    const { durationMs } = parseInput(settings.hang, request.body);
    log.warn({ durationMs }, 'chaos: the event loop hangs');
    response.on('finish', () => {
      // Atomics.wait blocks the loop without using CPU, as a deadlock would.
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs));
    });
    response.status(202).json({ hanging: durationMs });
  });
  app.post('/crash', (request, response) => {
    const { exitCode } = parseInput(settings.crash, request.body);
    log.warn({ exitCode }, 'chaos: the process ends');
    response.on('finish', () => process.exit(exitCode));
    response.status(202).json({ exitCode });
  });
  app.post('/kill', (_request, response) => {
    log.warn('chaos: the process ends by SIGKILL');
    response.on('finish', () => {
      process.kill(process.pid, 'SIGKILL');
      // The kernel does not let process 1 of a container kill itself so: this is as sudden.
      process.abort();
    });
    response.status(202).json({ killed: true });
  });
  app.post('/cpu', (request, response) => {
    const { durationMs, share } = parseInput(settings.cpu, request.body);
    clearInterval(burning);
    const until = Date.now() + durationMs;
    burning = setInterval(() => {
      const busyUntil = performance.now() + 100 * share;
      while (performance.now() < busyUntil);
      if (Date.now() > until) {
        clearInterval(burning);
        burning = undefined;
      }
    }, 100);
    response.status(202).json({ share, durationMs });
  });
  app.post('/memory', (request, response) => {
    const { megabytes } = parseInput(settings.memory, request.body);
    held.push(...Array.from({ length: megabytes }, () => Buffer.alloc(1024 * 1024, 1)));
    response.status(202).json({ megabytes: held.length });
  });
  app.post('/health', (request, response) => {
    Object.assign(health, parseInput(settings.health, request.body));
    response.status(202).json(health);
  });
  for (const path of ['/hang', '/crash', '/kill', '/cpu', '/memory', '/health']) app.all(path, onlyMethods('POST'));
  app.use(notFound);
  app.use(answerErrors(log));
  const server = createServer(app);
  // Without it experiments would wait for faults that nobody can inject.
  server.on('error', (error) => {
    log.fatal({ err: error, port }, 'cannot listen for chaos');
    process.exit(1);
  });
  return server.listen(port);
}
