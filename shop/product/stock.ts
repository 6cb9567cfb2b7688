import type { Pool, PoolClient } from 'pg';
import { type ShopEvent, topics } from '../common/events.ts';
import { record } from '../common/outbox.ts';

export interface Product {
  id: number;
  name: string;
  stock: number;
}

export const listProducts = async (pool: Pool): Promise<Product[]> =>
  (await pool.query<Product>('SELECT id, name, stock FROM products ORDER BY id')).rows;

export const findProduct = async (pool: Pool, id: number): Promise<Product | undefined> =>
  (await pool.query<Product>('SELECT id, name, stock FROM products WHERE id = $1', [id])).rows[0];

/** An order takes its stock, or is told that there is none; a cancelled one gives back what it took. */
export async function handleOrderEvents(client: PoolClient, event: ShopEvent): Promise<boolean> {
  const { orderId, correlationId } = event;
  if (event.type === 'OrderPlaced') {
    const { productId, quantity } = event.data;
    const taken = await client.query('UPDATE products SET stock = stock - $2 WHERE id = $1 AND stock >= $2', [productId, quantity]);
    const data = { productId, quantity };
    if (taken.rowCount === 0) {
      await record(client, topics.stock, { type: 'OutOfStock', orderId, correlationId, data });
      return true;
    }
    await client.query('INSERT INTO movements (order_id, product_id, quantity) VALUES ($1, $2, $3)', [orderId, productId, quantity]);
    await record(client, topics.stock, { type: 'StockDecreased', orderId, correlationId, data });
    return true;
  }
  if (event.type !== 'OrderCancelled') return false;
  const { rows } = await client.query<{ product_id: number; quantity: number }>(
    'UPDATE movements SET returned = true WHERE order_id = $1 AND NOT returned RETURNING product_id, quantity',
    [orderId],
  );
  for (const { product_id, quantity } of rows)
    await client.query('UPDATE products SET stock = stock + $2 WHERE id = $1', [product_id, quantity]);
  return true;
}
