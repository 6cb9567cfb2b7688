import { Router } from 'express';
import { orderBody } from '../common/fields.ts';
import { isId, readPage } from '../common/paging.ts';
import { onlyMethods, Problem, parseBody } from '../common/problem.ts';
import type { Orders } from './orders.ts';

const goodKey = /^[\x21-\x7e]{1,255}$/;

/** POST and GET /orders, GET and DELETE /orders/:id. */
export function orderRoutes(orders: Orders): Router {
  const router = Router();
  router
    .route('/orders')
    .post(async (request, response) => {
      const key = request.get('idempotency-key');
      if (key !== undefined && !goodKey.test(key)) {
        throw new Problem(400, 'The Idempotency-Key is not valid', [
          { field: 'Idempotency-Key', message: '1 to 255 visible ASCII characters' },
        ]);
      }
      const { order, replayed } = await orders.place(parseBody(orderBody, request.body), String(response.locals.correlationId), key);
      if (replayed) response.set('idempotent-replayed', 'true');
      response.status(201).location(`/orders/${order.id}`).json(order);
    })
    .get(async (request, response) => void response.json(await orders.list(readPage(request.query))))
    .all(onlyMethods('GET', 'HEAD', 'POST'));
  router
    .route('/orders/:id')
    .all((request, _response, next) => {
      if (!isId(request.params.id)) throw new Problem(404, `There is no order ${request.params.id}`);
      next();
    })
    .get(async (request, response) => void response.json(await orders.find(request.params.id)))
    .delete(async (request, response) => void response.json(await orders.cancel(request.params.id, 'cancelled by the customer')))
    .all(onlyMethods('GET', 'HEAD', 'DELETE'));
  return router;
}
