import type { DeliverySeen } from './order-ledger.ts';

export interface DeliveryFindings {
  /** Accepted orders without a delivery. */
  lost: string[];
  /** Accepted orders with more than one, and how many. */
  doubled: { id: string; deliveries: number }[];
}

/** Holds accepted orders against deliveries, order by order; a cancelled delivery is none. */
export function compareDeliveries(
  accepted: readonly string[],
  deliveries: readonly Pick<DeliverySeen, 'orderId' | 'status'>[],
): DeliveryFindings {
  const counts = new Map<string, number>();
  for (const { orderId, status } of deliveries) if (status === 'started') counts.set(orderId, (counts.get(orderId) ?? 0) + 1);
  return {
    lost: accepted.filter((id) => !counts.has(id)),
    doubled: accepted.flatMap((id) => {
      const deliveries = counts.get(id) ?? 0;
      return deliveries > 1 ? [{ id, deliveries }] : [];
    }),
  };
}
