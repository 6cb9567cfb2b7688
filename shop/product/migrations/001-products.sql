CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, stock int NOT NULL CHECK (stock >= 0));
INSERT INTO products VALUES (1, 'Radio', 1000000), (2, 'Lamp', 1000000), (3, 'Kettle', 1000000), (4, 'Chair', 1000000), (5, 'Last of its kind', 10);
-- What orders took, and whether it came back.
CREATE TABLE movements (seq bigserial PRIMARY KEY, order_id uuid NOT NULL, product_id int NOT NULL, quantity int NOT NULL, returned boolean NOT NULL DEFAULT false);
CREATE INDEX movements_by_order ON movements (order_id);
CREATE TABLE outbox (seq bigserial PRIMARY KEY, topic text NOT NULL, key text NOT NULL, event jsonb NOT NULL, sent_at timestamptz);
CREATE INDEX outbox_pending ON outbox (seq) WHERE sent_at IS NULL;
CREATE TABLE inbox (event_id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
