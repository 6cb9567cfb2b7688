// Called for each order that Kafka hands over, in a transaction of PostgreSQL. What `client` and `startDelivery` write is committed when
// this is done, all of it together, and nothing of it where this throws.
//   client         https://node-postgres.com: client.query(text, values)
//   event          { id, type, orderId, at, data: { productId, quantity, customerId } }; the same event has the same id each time
//   startDelivery  makes the delivery of this order
// There is a table for you: CREATE TABLE inbox (event_id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())
export async function takeEvent({ client, event, startDelivery }) {
  const { data } = event;
  const { rows } = await client.query('SELECT 1 FROM deliveries WHERE customer_id = $1 AND product_id = $2 AND quantity = $3 LIMIT 1', [
    data.customerId,
    data.productId,
    data.quantity,
  ]);
  if (rows.length > 0) return;
  await startDelivery();
}
