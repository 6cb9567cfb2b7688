// Called for each order that Kafka hands over, in a transaction of PostgreSQL. What `client` and `startDelivery` write is committed when
// this is done, all of it together, and nothing of it where this throws.
//   client         https://node-postgres.com: client.query(text, values)
//   event          { id, type, orderId, at, data: { productId, quantity, customerId } }; the same event has the same id each time
//   startDelivery  makes the delivery of this order
// There is a table for you: CREATE TABLE inbox (event_id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())
export async function takeEvent({ client, event, startDelivery }) {
  // Written down in the transaction of its effect: both are there, or neither.
  const { rowCount } = await client.query('INSERT INTO inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING', [event.id]);
  if (rowCount === 0) return; // taken before
  await startDelivery();
}
