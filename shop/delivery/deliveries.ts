import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { type ShopEvent, topics } from '../common/events.ts';
import type { DeliveryBody } from '../common/fields.ts';
import { record } from '../common/outbox.ts';

/** A delivery as clients see it. */
export interface Delivery {
  id: string;
  seq: number;
  orderId: string;
  productId: number;
  quantity: number;
  customerId?: string;
  customerName?: string;
  customerAddr?: string;
  status: 'started' | 'cancelled';
  createdAt: string;
}

const columns = 'seq, id, order_id, product_id, quantity, customer_id, customer_name, customer_addr, status, created_at';
interface Row {
  [column: string]: string | number | Date | null;
}

function deliveryOf(row: Row): Delivery {
  const optional = { customerId: row.customer_id, customerName: row.customer_name, customerAddr: row.customer_addr };
  return {
    id: String(row.id),
    seq: Number(row.seq),
    orderId: String(row.order_id),
    productId: Number(row.product_id),
    quantity: Number(row.quantity),
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)) as Partial<Delivery>),
    status: row.status as Delivery['status'],
    createdAt: (row.created_at as Date).toISOString(),
  };
}

export async function listDeliveries(pool: Pool, page: { where: string; order: string; values: number[] }): Promise<Delivery[]> {
  const { rows } = await pool.query<Row>(`SELECT ${columns} FROM deliveries WHERE ${page.where} ORDER BY ${page.order}`, page.values);
  return rows.map(deliveryOf);
}

export async function findDelivery(pool: Pool, id: string): Promise<Delivery | undefined> {
  const { rows } = await pool.query<Row>(`SELECT ${columns} FROM deliveries WHERE id = $1`, [id]);
  return rows[0] && deliveryOf(rows[0]);
}

/**
 * Starts the delivery of an order, and says so by an event. `once`: an order that has one gets no other, whichever way the second request
 * comes; false is a deliberate defect.
 */
export async function startDelivery(client: PoolClient, wanted: DeliveryBody, correlationId: string, once: boolean): Promise<Delivery> {
  const { orderId } = wanted;
  await lockOrder(client, orderId);
  if (once) {
    const { rows } = await client.query<Row>(`SELECT ${columns} FROM deliveries WHERE order_id = $1 LIMIT 1`, [orderId]);
    if (rows[0]) return deliveryOf(rows[0]);
  }
  const cancelled = ((await client.query('SELECT 1 FROM cancelled_orders WHERE order_id = $1', [orderId])).rowCount ?? 0) > 0;
  const { rows } = await client.query<Row>(
    `INSERT INTO deliveries (id, order_id, product_id, quantity, customer_id, customer_name, customer_addr, status)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${columns}`,
    [
      randomUUID(),
      orderId,
      wanted.productId,
      wanted.quantity,
      wanted.customerId,
      wanted.customerName,
      wanted.customerAddr,
      cancelled ? 'cancelled' : 'started',
    ],
  );
  const delivery = deliveryOf(rows[0] as Row);
  const type = cancelled ? 'DeliveryCancelled' : 'DeliveryStarted';
  await record(client, topics.deliveries, { type, orderId, correlationId, data: { deliveryId: delivery.id } });
  return delivery;
}

/** Call and events of one order come from several sides at once; what each looks at must not change until it commits. */
async function lockOrder(client: PoolClient, orderId: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [orderId]);
}

/** The effect of order's events. */
export const handleOrderEvents =
  (once: boolean) =>
  async (client: PoolClient, event: ShopEvent): Promise<boolean> => {
    const { orderId, correlationId } = event;
    if (event.type === 'OrderPlaced') {
      if (!event.data.deliveryWanted) return false;
      await startDelivery(client, { orderId, ...event.data }, correlationId, once);
      return true;
    }
    if (event.type !== 'OrderCancelled') return false;
    await lockOrder(client, orderId);
    await client.query('INSERT INTO cancelled_orders (order_id) VALUES ($1) ON CONFLICT DO NOTHING', [orderId]);
    const { rows } = await client.query<Row>(
      "UPDATE deliveries SET status = 'cancelled' WHERE order_id = $1 AND status = 'started' RETURNING id",
      [orderId],
    );
    for (const { id } of rows) {
      await record(client, topics.deliveries, { type: 'DeliveryCancelled', orderId, correlationId, data: { deliveryId: String(id) } });
    }
    return true;
  };
