/** An order as clients see it. */
export interface Order {
  id: string;
  seq: number;
  productId: number;
  quantity: number;
  customerId?: string;
  customerName?: string;
  customerAddr?: string;
  /** placing: delivery is being asked; rejected: it could not be, and there was no fallback. */
  status: 'placing' | 'placed' | 'rejected' | 'cancelled';
  reason?: string;
  /** As delivery's events have it. */
  delivery: { id?: string; status: string };
  correlationId: string;
  createdAt: string;
}

export const orderColumns =
  'seq, id, product_id, quantity, customer_id, customer_name, customer_addr, status, reason, delivery_id, delivery_status, correlation_id, created_at';

export interface OrderRow {
  [column: string]: string | number | Date | null;
}

/** From a row of `orderColumns`. */
export function orderOf(row: OrderRow): Order {
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
