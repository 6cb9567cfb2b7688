CREATE TABLE deliveries (
  seq bigserial PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  -- Not unique: that an order has one delivery is the consumer's work, and experiments look whether it does it.
  order_id uuid NOT NULL,
  product_id int NOT NULL,
  quantity int NOT NULL,
  customer_id text,
  customer_name text,
  customer_addr text,
  status text NOT NULL CHECK (status IN ('started', 'cancelled')),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deliveries_by_order ON deliveries (order_id);
-- An order may be cancelled before its delivery is known.
CREATE TABLE cancelled_orders (order_id uuid PRIMARY KEY);
CREATE TABLE outbox (seq bigserial PRIMARY KEY, topic text NOT NULL, key text NOT NULL, event jsonb NOT NULL, sent_at timestamptz);
CREATE INDEX outbox_pending ON outbox (seq) WHERE sent_at IS NULL;
CREATE TABLE inbox (event_id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
