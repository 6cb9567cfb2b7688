import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import { transaction } from '../common/database.ts';
import { topics } from '../common/events.ts';
import { deliveryBody } from '../common/fields.ts';
import { isId, readPage } from '../common/paging.ts';
import { onlyMethods, Problem, parseInput } from '../common/problem.ts';
import { type Parts, runService } from '../common/service.ts';
import { type DeliverySettings, deliverySettings, readSettings } from '../common/settings.ts';
import { findDelivery, handleOrderEvents, listDeliveries, startDelivery } from './deliveries.ts';
import { loadTakeEvent } from './own-take-event.ts';

/** GET /deliveries, GET /deliveries/:id, and POST /deliveries for the synchronous coupling: asking twice for one order is asking once. */
function routes({ pool, kick }: Parts, { DELAY_MS: { least, most } }: DeliverySettings): Router {
  const router = Router();
  router
    .route('/deliveries')
    .get(async (request, response) => void response.json(await listDeliveries(pool, readPage(request.query))))
    .post(async (request, response) => {
      const body = parseInput(deliveryBody, request.body);
      if (most > 0) await pause(least + Math.random() * (most - least));
      const delivery = await transaction(pool, (client) => startDelivery(client, body, String(response.locals.correlationId), true));
      kick();
      response.status(201).location(`/deliveries/${delivery.id}`).json(delivery);
    })
    .all(onlyMethods('GET', 'HEAD', 'POST'));
  router
    .route('/deliveries/:id')
    .get(async (request, response) => {
      const { id } = request.params;
      const delivery = isId(id) ? await findDelivery(pool, id) : undefined;
      if (!delivery) throw new Problem(404, `There is no delivery ${id}`);
      response.json(delivery);
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

try {
  const settings = readSettings(deliverySettings, process.env);
  const own = settings.TAKE_EVENT === undefined ? undefined : await loadTakeEvent(settings.TAKE_EVENT);
  runService({
    name: 'delivery',
    settings,
    migrations: fileURLToPath(new URL('migrations', import.meta.url)),
    consumes: [topics.orders],
    routes: (parts) => routes(parts, settings),
    handle: () => own ?? handleOrderEvents(settings.DEDUPLICATION === 'on'),
    keepsAccount: own !== undefined,
  });
} catch (error) {
  process.stderr.write(`delivery: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
