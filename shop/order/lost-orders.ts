import { transaction } from '../common/database.ts';
import type { Parts } from '../common/service.ts';
import { rejectPlacing } from './orders.ts';

/**
 * Rejects, until the signal aborts, orders that a Pod was placing when it ended: nobody was told that they were taken. `limitMs` must be longer
 * than a call to delivery may take; one that takes longer all the same is answered 503.
 */
export function rejectLostOrders({ pool, log, kick }: Parts, limitMs: number, signal: AbortSignal): void {
  const look = async (): Promise<void> => {
    try {
      const lost = await transaction(pool, (client) => rejectPlacing(client, { olderThanMs: limitMs }, 'the Pod that placed it ended'));
      for (const { id, correlationId } of lost) log.warn({ orderId: id, correlationId }, 'lost order rejected');
      if (lost.length > 0) kick();
    } catch (error) {
      log.warn({ err: error }, 'lost orders could not be looked for');
    }
  };
  const timer = setInterval(look, limitMs / 2);
  signal.addEventListener('abort', () => clearInterval(timer));
  void look();
}
