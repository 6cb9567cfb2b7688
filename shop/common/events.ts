import { z } from 'zod';

/** Topics, each keyed by order id; events of one order stay in order. */
export const topics = { orders: 'orders', deliveries: 'deliveries', stock: 'stock' } as const;
export type Topic = (typeof topics)[keyof typeof topics];
export const partitions = 3;
/** Where messages go that nobody can read. */
export const deadLetterTopic = (topic: string): string => `${topic}.dlt`;

const base = z.object({ id: z.uuid(), orderId: z.uuid(), correlationId: z.string(), at: z.string() });
const orderData = z.object({
  productId: z.number().int().positive(),
  quantity: z.number().int().positive(),
  customerId: z.string().optional(),
  customerName: z.string().optional(),
  customerAddr: z.string().optional(),
  /** False where the delivery was arranged by a call already. */
  deliveryWanted: z.boolean(),
});

/** Everything that services tell each other. */
export const shopEvent = z.discriminatedUnion('type', [
  base.extend({ type: z.literal('OrderPlaced'), data: orderData }),
  base.extend({ type: z.literal('OrderCancelled'), data: z.object({ reason: z.string() }) }),
  base.extend({ type: z.literal('DeliveryStarted'), data: z.object({ deliveryId: z.uuid() }) }),
  base.extend({ type: z.literal('DeliveryCancelled'), data: z.object({ deliveryId: z.uuid() }) }),
  base.extend({ type: z.literal('StockDecreased'), data: z.object({ productId: z.number().int(), quantity: z.number().int() }) }),
  base.extend({ type: z.literal('OutOfStock'), data: z.object({ productId: z.number().int(), quantity: z.number().int() }) }),
]);
export type ShopEvent = z.infer<typeof shopEvent>;
export type EventOf<T extends ShopEvent['type']> = Extract<ShopEvent, { type: T }>;
