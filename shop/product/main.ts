import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import { topics } from '../common/events.ts';
import { onlyMethods, Problem } from '../common/problem.ts';
import { type Parts, runService } from '../common/service.ts';
import { type CommonSettings, commonSettings, readSettings } from '../common/settings.ts';
import { readProductId } from './product-id.ts';
import { findProduct, handleOrderEvents, listProducts } from './stock.ts';

/** GET /products, GET /products/:id. */
function routes({ pool }: Parts, defect: CommonSettings['DEFECT']): Router {
  const router = Router();
  router
    .route('/products')
    .get(async (_request, response) => void response.json(await listProducts(pool)))
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/products/:id')
    .get(async (request, response) => {
      const { id } = request.params;
      const wanted = readProductId(id, defect);
      const product = wanted === undefined ? undefined : await findProduct(pool, wanted);
      if (!product || defect === 'wrong-answer') throw new Problem(404, `There is no product ${id}`);
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
    routes: (parts) => routes(parts, settings.DEFECT),
    handle: () => handleOrderEvents,
  });
} catch (error) {
  process.stderr.write(`product: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
