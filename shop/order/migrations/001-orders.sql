-- What may be ordered: a copy, so that product need not be up.
CREATE TABLE products (id int PRIMARY KEY);
INSERT INTO products VALUES (1), (2), (3), (4), (5);
CREATE TABLE orders (
  seq bigserial PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  product_id int NOT NULL,
  quantity int NOT NULL,
  customer_id text,
  customer_name text,
  customer_addr text,
  -- placing: the call to delivery is under way; rejected: it failed and there was no fallback
  status text NOT NULL CHECK (status IN ('placing', 'placed', 'rejected', 'cancelled')),
  reason text,
  -- fed by delivery's events
  delivery_id uuid,
  delivery_status text,
  correlation_id text NOT NULL,
  idempotency_key text UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_placing ON orders (created_at) WHERE status = 'placing';
CREATE TABLE outbox (seq bigserial PRIMARY KEY, topic text NOT NULL, key text NOT NULL, event jsonb NOT NULL, sent_at timestamptz);
CREATE INDEX outbox_pending ON outbox (seq) WHERE sent_at IS NULL;
CREATE TABLE inbox (event_id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
