import { randomUUID } from 'node:crypto';
import express, { type Express, type RequestHandler } from 'express';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { onlyMethods } from './problem.ts';

const maxBody = '100kb';
/** As it comes from outside, it goes into logs and headers. */
const goodCorrelationId = /^[\w.:-]{1,100}$/;

/** An Express app that reads JSON, counts and logs; routes come after. */
export function makeApp(log: Log, metrics: Metrics, servedBy: string, isStopping: () => boolean): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(observe(log, metrics));
  app.use((_request, response, next) => {
    response.set('x-served-by', servedBy);
    // Kept-alive connections stay with a Pod until it says so.
    if (isStopping()) response.set('connection', 'close');
    next();
  });
  app
    .route('/metrics')
    .get(async (_request, response) => void response.type(metrics.registry.contentType).send(await metrics.registry.metrics()))
    .all(onlyMethods('GET', 'HEAD'));
  app.use(express.json({ limit: maxBody, strict: false, type: () => true }));
  return app;
}

function observe(log: Log, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const started = process.hrtime.bigint();
    const given = request.get('x-correlation-id') ?? '';
    const correlationId = goodCorrelationId.test(given) ? given : randomUUID();
    response.locals.correlationId = correlationId;
    response.set('x-correlation-id', correlationId);
    metrics.inFlight.inc();
    response.on('close', () => {
      metrics.inFlight.dec();
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      metrics.requests.inc({ method: request.method, route, status: response.statusCode });
      metrics.duration.observe({ method: request.method, route }, seconds);
      log.debug({ method: request.method, path: request.path, status: response.statusCode, ms: seconds * 1000, correlationId }, 'answered');
    });
    next();
  };
}
