import { setTimeout as pause } from 'node:timers/promises';
import { isBrokenCircuitError } from 'cockatiel';
import { transaction } from '../common/database.ts';
import type { OrderBody } from '../common/fields.ts';
import { Problem } from '../common/problem.ts';
import type { Parts } from '../common/service.ts';
import type { OrderSettings } from '../common/settings.ts';
import type { BreakerMetrics } from './breaker-metrics.ts';
import type { DeliveryCall } from './delivery-call.ts';
import { type Order, type OrderRow, orderColumns, orderOf } from './order.ts';
import { findOrder, insertOrder, recordPlaced, rejectPlacing } from './orders.ts';

export interface Placed {
  order: Order;
  /** The Idempotency-Key had an order already, which this is. */
  replayed: boolean;
}
export type Place = (body: OrderBody, correlationId: string, key: string | undefined) => Promise<Placed>;

const notTaken = (): Problem => new Problem(503, 'Delivery is not available, so the order was not taken');

/** COUPLING=async: order and event are written down together, and delivery follows when it can. */
export const placeByEvent =
  ({ pool, kick, log }: Parts): Place =>
  async (body, correlationId, key) => {
    const placed = await transaction(pool, async (client) => {
      const inserted = await insertOrder(client, body, 'placed', correlationId, key);
      if (!inserted.replayed) await recordPlaced(client, inserted.order, true);
      return inserted;
    });
    kick();
    log.info({ orderId: placed.order.id, correlationId, replayed: placed.replayed }, 'order placed');
    return placed;
  };

/**
 * COUPLING=sync: delivery is asked while the customer waits. Where it does not take the order: with the fallback an event follows, without it
 * the order is rejected (a Problem 503).
 */
export function placeByCall(parts: Parts, settings: OrderSettings, call: DeliveryCall, breaker: BreakerMetrics): Place {
  const { pool, log, kick } = parts;
  const firstWaitMs = (settings.SYNC_TIMEOUT_MS || 10_000) + 1000;

  /** Whether delivery took it. */
  const ask = async (order: Order, body: OrderBody): Promise<boolean> => {
    const { id: orderId, correlationId } = order;
    breaker.inFlight.inc();
    try {
      await call.request({ ...body, orderId }, correlationId);
      breaker.outcomes.inc({ outcome: 'ok' });
      return true;
    } catch (error) {
      breaker.outcomes.inc({ outcome: isBrokenCircuitError(error) ? 'short-circuited' : 'failed' });
      log.warn({ orderId, correlationId, why: (error as Error).message, breaker: call.state() }, 'delivery did not take the order');
      return false;
    } finally {
      breaker.inFlight.dec();
    }
  };

  /** The order as the first request with its key left it; that request may still be waiting for delivery. */
  const outcomeOfFirst = async (id: string): Promise<Placed> => {
    for (const deadline = Date.now() + firstWaitMs; ; await pause(50)) {
      const order = await findOrder(pool, id);
      if (!order || order.status === 'rejected') throw notTaken();
      if (order.status !== 'placing') return { order, replayed: true };
      if (Date.now() > deadline) throw new Problem(409, 'The first request with this Idempotency-Key is still being answered');
    }
  };

  return async (body, correlationId, key) => {
    const begun = await transaction(pool, (client) => insertOrder(client, body, 'placing', correlationId, key));
    if (begun.replayed) return outcomeOfFirst(begun.order.id);
    const { id } = begun.order;
    const taken = await ask(begun.order, body);
    if (!taken && settings.FALLBACK === 'off') {
      await transaction(pool, (client) => rejectPlacing(client, { id }, 'delivery is not available'));
      kick();
      throw notTaken();
    }
    const order = await transaction(pool, async (client) => {
      const { rows } = await client.query<OrderRow>(
        `UPDATE orders SET status = 'placed' WHERE id = $1 AND status = 'placing' RETURNING ${orderColumns}`,
        [id],
      );
      if (!rows[0]) return findOrder(client, id); // cancelled meanwhile, or given up as lost
      const placed = orderOf(rows[0]);
      await recordPlaced(client, placed, !taken);
      return placed;
    });
    kick();
    if (!order || order.status === 'rejected') throw notTaken();
    log.info({ orderId: id, correlationId, byEvent: !taken }, 'order placed');
    return { order, replayed: false };
  };
}
