import { z } from 'zod';

const int32 = 2_147_483_647;
/** HTTPie sends `productId=1` as a string. */
const numberFromText = (value: unknown): unknown => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value);
const whole = (max: number) => z.preprocess(numberFromText, z.number().int().min(1).max(max));
/** PostgreSQL has no text with a NUL in it. */
const text = z
  .string()
  .max(500)
  .refine((value) => !value.includes('\0'), 'must not contain a NUL');

/** What an order is made of, as a client sends it. */
export const orderBody = z.object({
  productId: whole(int32),
  quantity: whole(1_000_000),
  customerId: text.optional(),
  customerName: text.optional(),
  customerAddr: text.optional(),
});
export type OrderBody = z.infer<typeof orderBody>;

/** What order asks delivery for, in the synchronous coupling. */
export const deliveryBody = orderBody.extend({ orderId: z.uuid() });
export type DeliveryBody = z.infer<typeof deliveryBody>;
