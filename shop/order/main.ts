import { fileURLToPath } from 'node:url';
import type { PoolClient } from 'pg';
import { type ShopEvent, topics } from '../common/events.ts';
import { runService } from '../common/service.ts';
import { orderSettings, readSettings } from '../common/settings.ts';
import { BreakerMetrics } from './breaker-metrics.ts';
import { DeliveryCall } from './delivery-call.ts';
import { rejectLostOrders } from './lost-orders.ts';
import { cancelOrder } from './orders.ts';
import { placeByCall, placeByEvent } from './placing.ts';
import { orderRoutes } from './routes.ts';

/** Feeds the view of the delivery's status; an order without stock is cancelled. */
async function handle(client: PoolClient, event: ShopEvent): Promise<boolean> {
  switch (event.type) {
    case 'DeliveryStarted':
    case 'DeliveryCancelled': {
      const status = event.type === 'DeliveryStarted' ? 'started' : 'cancelled';
      await client.query('UPDATE orders SET delivery_id = $2, delivery_status = $3 WHERE id = $1', [
        event.orderId,
        event.data.deliveryId,
        status,
      ]);
      return true;
    }
    case 'OutOfStock':
      await cancelOrder(client, event.orderId, 'out of stock');
      return true;
    default:
      return false;
  }
}

try {
  const settings = readSettings(orderSettings, process.env);
  let call: DeliveryCall | undefined;
  runService({
    name: 'order',
    settings,
    migrations: fileURLToPath(new URL('migrations', import.meta.url)),
    consumes: [topics.deliveries, topics.stock],
    routes: (parts) => {
      const breaker = new BreakerMetrics(parts.metrics);
      call = new DeliveryCall(settings, breaker);
      return orderRoutes(parts, settings.COUPLING === 'async' ? placeByEvent(parts) : placeByCall(parts, settings, call, breaker));
    },
    background: (parts, signal) => rejectLostOrders(parts, settings.PLACING_LIMIT_MS, signal),
    handle: () => handle,
    components: () => ({ coupling: settings.COUPLING, breaker: call?.state() ?? 'off' }),
  });
} catch (error) {
  process.stderr.write(`order: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
