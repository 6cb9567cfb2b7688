import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import { topics } from '../common/events.ts';
import { onlyMethods, Problem } from '../common/problem.ts';
import { type Parts, runService } from '../common/service.ts';
import { commonSettings, readSettings } from '../common/settings.ts';
import { findProduct, handleOrderEvents, listProducts } from './stock.ts';

/** GET /products, GET /products/:id. */
function routes({ pool }: Parts): Router {
  const router = Router();
  router
    .route('/products')
    .get(async (_request, response) => void response.json(await listProducts(pool)))
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/products/:id')
    .get(async (request, response) => {
      const { id } = request.params;
      const product = /^\d{1,9}$/.test(id) ? await findProduct(pool, Number(id)) : undefined;
      if (!product) throw new Problem(404, `There is no product ${id}`);
      response.json(product);
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

try {
  const settings = readSettings(commonSettings, process.env);
  runService({
    name: 'product',
    settings,
    migrations: fileURLToPath(new URL('migrations', import.meta.url)),
    consumes: [topics.orders],
    routes,
    handle: () => handleOrderEvents,
  });
} catch (error) {
  process.stderr.write(`product: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
