import type { PoolClient } from 'pg';
import type { EventOf, ShopEvent } from '../common/events.ts';
import { handleOrderEvents, startDelivery } from './deliveries.ts';

/** What a file of somebody else's gets for each order: see TAKE_EVENT. */
export interface OrderTaken {
  client: PoolClient;
  event: EventOf<'OrderPlaced'>;
  /** Makes the delivery of the order, whether it has one or not. */
  startDelivery(): Promise<void>;
}

/** Loads the ES module whose text is given; its `takeEvent` takes the events of new orders. Rejects where it has none, or cannot be loaded. */
export async function loadTakeEvent(text: string): Promise<(client: PoolClient, event: ShopEvent) => Promise<boolean>> {
  let takeEvent: unknown;
  try {
    ({ takeEvent } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as { takeEvent?: unknown });
  } catch (cause) {
    throw new Error(`TAKE_EVENT cannot be loaded: ${(cause as Error).message}`, { cause });
  }
  if (typeof takeEvent !== 'function') throw new Error('TAKE_EVENT exports no function takeEvent');
  const take = takeEvent as (order: OrderTaken) => Promise<void>;
  const others = handleOrderEvents(true);
  return async (client, event) => {
    if (event.type !== 'OrderPlaced') return others(client, event);
    const { orderId, correlationId, data } = event;
    if (!data.deliveryWanted) return false;
    let started = false;
    await take({
      client,
      event,
      startDelivery: async () => {
        await startDelivery(client, { orderId, ...data }, correlationId, false);
        started = true;
      },
    });
    return started;
  };
}
