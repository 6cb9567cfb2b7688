import { Router } from 'express';
import { transaction } from '../common/database.ts';
import { orderBody } from '../common/fields.ts';
import { isId, readPage } from '../common/paging.ts';
import { onlyMethods, Problem, parseInput } from '../common/problem.ts';
import type { Parts } from '../common/service.ts';
import type { Order } from './order.ts';
import { cancelOrder, findOrder, isProduct, listOrders } from './orders.ts';
import type { Place } from './placing.ts';

const goodKey = /^[\x21-\x7e]{1,255}$/;

function readKey(key: string | undefined): string | undefined {
  if (key === undefined || goodKey.test(key)) return key;
  throw new Problem(400, 'The Idempotency-Key is not valid', [{ field: 'Idempotency-Key', message: '1 to 255 visible ASCII characters' }]);
}

function there(order: Order | undefined, id: string): Order {
  if (!order) throw new Problem(404, `There is no order ${id}`);
  return order;
}

/** POST and GET /orders, GET and DELETE /orders/:id. */
export function orderRoutes({ pool, kick, log }: Parts, place: Place): Router {
  const router = Router();
  router
    .route('/orders')
    .post(async (request, response) => {
      const key = readKey(request.get('idempotency-key'));
      const body = parseInput(orderBody, request.body);
      if (!(await isProduct(pool, body.productId))) {
        throw new Problem(422, `There is no product ${body.productId}`, [{ field: 'productId', message: 'unknown product' }]);
      }
      const { order, replayed } = await place(body, String(response.locals.correlationId), key);
      if (replayed) response.set('idempotent-replayed', 'true');
      response.status(201).location(`/orders/${order.id}`).json(order);
    })
    .get(async (request, response) => void response.json(await listOrders(pool, readPage(request.query))))
    .all(onlyMethods('GET', 'HEAD', 'POST'));
  router
    .route('/orders/:id')
    .get(async (request, response) => {
      const { id } = request.params;
      response.json(there(isId(id) ? await findOrder(pool, id) : undefined, id));
    })
    .delete(async (request, response) => {
      const { id } = request.params;
      const reason = 'cancelled by the customer';
      const order = there(isId(id) ? await transaction(pool, (client) => cancelOrder(client, id, reason)) : undefined, id);
      kick();
      log.info({ orderId: id, correlationId: order.correlationId, status: order.status }, 'order cancelled');
      response.json(order);
    })
    .all(onlyMethods('GET', 'HEAD', 'DELETE'));
  return router;
}
