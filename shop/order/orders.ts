import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { topics } from '../common/events.ts';
import type { OrderBody } from '../common/fields.ts';
import { record } from '../common/outbox.ts';
import { type Order, type OrderRow, orderColumns, orderOf } from './order.ts';

/** Undefined: there is no such order. */
export async function findOrder(db: Pool | PoolClient, id: string): Promise<Order | undefined> {
  const { rows } = await db.query<OrderRow>(`SELECT ${orderColumns} FROM orders WHERE id = $1`, [id]);
  return rows[0] && orderOf(rows[0]);
}

export async function listOrders(pool: Pool, page: { where: string; order: string; values: number[] }): Promise<Order[]> {
  const { rows } = await pool.query<OrderRow>(`SELECT ${orderColumns} FROM orders WHERE ${page.where} ORDER BY ${page.order}`, page.values);
  return rows.map(orderOf);
}

export async function isProduct(pool: Pool, id: number): Promise<boolean> {
  return (await pool.query('SELECT 1 FROM products WHERE id = $1', [id])).rowCount === 1;
}

/** A new order; or, where the key was used, the first order with it. */
export async function insertOrder(
  client: PoolClient,
  body: OrderBody,
  status: Order['status'],
  correlationId: string,
  key: string | undefined,
): Promise<{ order: Order; replayed: boolean }> {
  for (;;) {
    const { rows } = await client.query<OrderRow>(
      `INSERT INTO orders (id, product_id, quantity, customer_id, customer_name, customer_addr, status, correlation_id, idempotency_key)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (idempotency_key) DO NOTHING RETURNING ${orderColumns}`,
      [randomUUID(), body.productId, body.quantity, body.customerId, body.customerName, body.customerAddr, status, correlationId, key],
    );
    if (rows[0]) return { order: orderOf(rows[0]), replayed: false };
    const first = await client.query<OrderRow>(`SELECT ${orderColumns} FROM orders WHERE idempotency_key = $1`, [key]);
    if (first.rows[0]) return { order: orderOf(first.rows[0]), replayed: true };
    // It was rejected between the two, and gave its key back.
  }
}

export async function recordPlaced(client: PoolClient, order: Order, deliveryWanted: boolean): Promise<void> {
  const { id: orderId, correlationId, productId, quantity, customerId, customerName, customerAddr } = order;
  const data = { productId, quantity, customerId, customerName, customerAddr, deliveryWanted };
  await record(client, topics.orders, { type: 'OrderPlaced', orderId, correlationId, data });
}

async function recordCancelled(client: PoolClient, { id: orderId, correlationId }: Order, reason: string): Promise<void> {
  await record(client, topics.orders, { type: 'OrderCancelled', orderId, correlationId, data: { reason } });
}

/** For the customer, and for the saga. Cancelling twice is cancelling once. Undefined: there is no such order. */
export async function cancelOrder(client: PoolClient, id: string, reason: string): Promise<Order | undefined> {
  const { rows } = await client.query<OrderRow>(
    `UPDATE orders SET status = 'cancelled', reason = $2 WHERE id = $1 AND status IN ('placed', 'placing') RETURNING ${orderColumns}`,
    [id, reason],
  );
  if (!rows[0]) return findOrder(client, id);
  const order = orderOf(rows[0]);
  await recordCancelled(client, order, reason);
  return order;
}

/**
 * Rejects orders that are still being placed: one by its id, or all older than so many milliseconds. Their keys may be used anew, and delivery
 * is told, as a call may have worked although its answer was late.
 */
export async function rejectPlacing(client: PoolClient, which: { id: string } | { olderThanMs: number }, reason: string): Promise<Order[]> {
  const [condition, value] =
    'id' in which ? ['id = $2', which.id] : ["created_at < now() - $2 * interval '1 millisecond'", which.olderThanMs];
  const { rows } = await client.query<OrderRow>(
    `UPDATE orders SET status = 'rejected', reason = $1, idempotency_key = NULL WHERE status = 'placing' AND ${condition} RETURNING ${orderColumns}`,
    [reason, value],
  );
  const rejected = rows.map(orderOf);
  for (const order of rejected) await recordCancelled(client, order, reason);
  return rejected;
}
