import { randomUUID } from 'node:crypto';
import { isBrokenCircuitError } from 'cockatiel';
import type { PoolClient } from 'pg';
import { transaction } from '../common/database.ts';
import { topics } from '../common/events.ts';
import type { OrderBody } from '../common/fields.ts';
import { record } from '../common/outbox.ts';
import { Problem } from '../common/problem.ts';
import type { Parts } from '../common/service.ts';
import type { OrderSettings } from '../common/settings.ts';
import type { BreakerMetrics } from './breaker-metrics.ts';
import type { DeliveryCall } from './delivery-call.ts';

/** An order as clients see it. */
export interface Order {
  id: string;
  seq: number;
  productId: number;
  quantity: number;
  customerId?: string;
  customerName?: string;
  customerAddr?: string;
  status: 'placing' | 'placed' | 'rejected' | 'cancelled';
  reason?: string;
  delivery: { id?: string; status: string };
  correlationId: string;
  createdAt: string;
}

const columns =
  'seq, id, product_id, quantity, customer_id, customer_name, customer_addr, status, reason, delivery_id, delivery_status, correlation_id, created_at';

interface Row {
  [column: string]: string | number | Date | null;
}

function orderOf(row: Row): Order {
  const optional = { customerId: row.customer_id, customerName: row.customer_name, customerAddr: row.customer_addr, reason: row.reason };
  return {
    id: String(row.id),
    seq: Number(row.seq),
    productId: Number(row.product_id),
    quantity: Number(row.quantity),
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)) as Partial<Order>),
    status: row.status as Order['status'],
    delivery: { ...(row.delivery_id !== null && { id: String(row.delivery_id) }), status: String(row.delivery_status ?? 'none yet') },
    correlationId: String(row.correlation_id),
    createdAt: (row.created_at as Date).toISOString(),
  };
}

/** Orders: placing them in both couplings, reading and cancelling them. */
export class Orders {
  private readonly parts: Parts;
  private readonly settings: OrderSettings;
  private readonly call: DeliveryCall;
  private readonly breaker: BreakerMetrics;

  constructor(parts: Parts, settings: OrderSettings, call: DeliveryCall, breaker: BreakerMetrics) {
    this.parts = parts;
    this.settings = settings;
    this.call = call;
    this.breaker = breaker;
  }

  /** Throws a Problem 422 for an unknown product, 503 where delivery is needed and does not answer. */
  async place(body: OrderBody, correlationId: string, idempotencyKey: string | undefined): Promise<{ order: Order; replayed: boolean }> {
    const { pool } = this.parts;
    const known = await pool.query('SELECT 1 FROM products WHERE id = $1', [body.productId]);
    if (known.rowCount === 0)
      throw new Problem(422, `There is no product ${body.productId}`, [{ field: 'productId', message: 'unknown product' }]);
    return this.settings.COUPLING === 'async'
      ? this.placeByEvent(body, correlationId, idempotencyKey)
      : this.placeByCall(body, correlationId, idempotencyKey);
  }

  async find(id: string): Promise<Order> {
    const { rows } = await this.parts.pool.query<Row>(`SELECT ${columns} FROM orders WHERE id = $1`, [id]);
    if (!rows[0]) throw new Problem(404, `There is no order ${id}`);
    return orderOf(rows[0]);
  }

  async list(page: { where: string; order: string; values: number[] }): Promise<Order[]> {
    const { rows } = await this.parts.pool.query<Row>(
      `SELECT ${columns} FROM orders WHERE ${page.where} ORDER BY ${page.order}`,
      page.values,
    );
    return rows.map(orderOf);
  }

  /** Cancelling twice is cancelling once. */
  async cancel(id: string, reason: string): Promise<Order> {
    const order = await transaction(this.parts.pool, (client) => cancelIn(client, id, reason));
    if (!order) throw new Problem(404, `There is no order ${id}`);
    this.parts.kick();
    return order;
  }

  private async placeByEvent(
    body: OrderBody,
    correlationId: string,
    key: string | undefined,
  ): Promise<{ order: Order; replayed: boolean }> {
    const placed = await transaction(this.parts.pool, async (client) => {
      const { order, replayed } = await insert(client, body, 'placed', correlationId, key);
      if (!replayed) await recordPlaced(client, order, true);
      return { order, replayed };
    });
    this.parts.kick();
    return placed;
  }

  private async placeByCall(body: OrderBody, correlationId: string, key: string | undefined): Promise<{ order: Order; replayed: boolean }> {
    const { pool, log } = this.parts;
    const begun = await transaction(pool, (client) => insert(client, body, 'placing', correlationId, key));
    if (begun.replayed) return this.outcomeOfFirst(begun.order);
    const { id } = begun.order;
    let arranged = true;
    try {
      await this.call.request({ ...body, orderId: id }, correlationId);
      this.breaker.outcomes.inc({ outcome: 'ok' });
    } catch (error) {
      arranged = false;
      this.breaker.outcomes.inc({ outcome: isBrokenCircuitError(error) ? 'short-circuited' : 'failed' });
      log.warn(
        { orderId: id, correlationId, why: (error as Error).message, breaker: this.call.state() },
        'delivery did not take the order',
      );
    }
    if (!arranged && this.settings.FALLBACK === 'off') {
      await transaction(pool, async (client) => {
        await client.query(
          "UPDATE orders SET status = 'rejected', reason = 'delivery is not available', idempotency_key = NULL WHERE id = $1",
          [id],
        );
        // The call may have worked although its answer was late.
        await record(client, topics.orders, { type: 'OrderCancelled', orderId: id, correlationId, data: { reason: 'rejected' } });
      });
      this.parts.kick();
      throw new Problem(503, 'Delivery is not available, so the order was not taken');
    }
    const order = await transaction(pool, async (client) => {
      const { rows } = await client.query<Row>(
        `UPDATE orders SET status = 'placed' WHERE id = $1 AND status = 'placing' RETURNING ${columns}`,
        [id],
      );
      const now = rows[0] ? orderOf(rows[0]) : await this.find(id);
      if (rows[0]) await recordPlaced(client, now, !arranged);
      return now;
    });
    this.parts.kick();
    return { order, replayed: false };
  }

  /** Another request with the same key may still be placing it. */
  private outcomeOfFirst(order: Order): { order: Order; replayed: boolean } {
    if (order.status === 'placing') throw new Problem(409, 'The first request with this Idempotency-Key is still being answered');
    return { order, replayed: true };
  }
}

async function insert(
  client: PoolClient,
  body: OrderBody,
  status: Order['status'],
  correlationId: string,
  key: string | undefined,
): Promise<{ order: Order; replayed: boolean }> {
  const { rows } = await client.query<Row>(
    `INSERT INTO orders (id, product_id, quantity, customer_id, customer_name, customer_addr, status, correlation_id, idempotency_key)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (idempotency_key) DO NOTHING RETURNING ${columns}`,
    [randomUUID(), body.productId, body.quantity, body.customerId, body.customerName, body.customerAddr, status, correlationId, key],
  );
  if (rows[0]) return { order: orderOf(rows[0]), replayed: false };
  const first = await client.query<Row>(`SELECT ${columns} FROM orders WHERE idempotency_key = $1`, [key]);
  return { order: orderOf(first.rows[0] as Row), replayed: true };
}

async function recordPlaced(client: PoolClient, order: Order, deliveryWanted: boolean): Promise<void> {
  const { id: orderId, correlationId, productId, quantity, customerId, customerName, customerAddr } = order;
  const data = { productId, quantity, customerId, customerName, customerAddr, deliveryWanted };
  await record(client, topics.orders, { type: 'OrderPlaced', orderId, correlationId, data });
}

/** Cancels within a transaction; also used by the saga. Undefined: there is no such order. */
export async function cancelIn(client: PoolClient, id: string, reason: string): Promise<Order | undefined> {
  const { rows } = await client.query<Row>(
    `UPDATE orders SET status = 'cancelled', reason = $2 WHERE id = $1 AND status IN ('placed', 'placing') RETURNING ${columns}`,
    [id, reason],
  );
  if (rows[0]) {
    const order = orderOf(rows[0]);
    await record(client, topics.orders, { type: 'OrderCancelled', orderId: id, correlationId: order.correlationId, data: { reason } });
    return order;
  }
  const there = await client.query<Row>(`SELECT ${columns} FROM orders WHERE id = $1`, [id]);
  return there.rows[0] && orderOf(there.rows[0]);
}
