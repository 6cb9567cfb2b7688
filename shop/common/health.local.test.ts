import { ask } from '../testing/ask.ts';
import { placeOrders } from '../testing/load.ts';
import { Postgres } from '../testing/postgres.ts';
import { metric, type Service, Shop, untilConsuming } from '../testing/shop.ts';
import { until } from '../testing/until.ts';

let postgres: Postgres;
let shop: Shop;
let order: Service;

beforeAll(async () => {
  postgres = await Postgres.start();
  shop = await Shop.make(postgres);
  order = await shop.start('order', { LOG_LEVEL: 'debug' });
  await untilConsuming(order);
});
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

describe('what a service tells of itself', () => {
  it.each(['/health/live', '/actuator/health/liveness'])('is that it lives: %s', async (path) => {
    expect(await ask('GET', order.url + path)).toMatchObject({ status: 200, body: { status: 'UP' } });
  });

  it.each(['/health/ready', '/actuator/health/readiness', '/actuator/health'])('is that it is ready, and its parts: %s', async (path) => {
    const { status, body } = await ask('GET', order.url + path);
    const components = { database: 'UP', consumer: 'UP', coupling: 'async', breaker: 'closed' };
    expect({ status, body }).toEqual({ status: 200, body: { status: 'UP', components } });
  });

  it('is that it is not ready while it warms up, though it lives; told to stop it does', async () => {
    const cold = await shop.launch('product', { WARMUP_MS: '600000' });
    const warming = await until('it to warm up', async () => {
      const { status, body } = await ask('GET', `${cold.url}/health/ready`);
      return status === 503 && /warming up for 600000 ms/.test((body as { reason: string }).reason) ? body : undefined;
    });
    expect(warming).toMatchObject({ components: { database: 'UP' } });
    expect(await ask('GET', `${cold.url}/health/live`)).toMatchObject({ status: 200 });
    expect(await ask('GET', `${cold.url}/products/1`)).toMatchObject({ status: 503 });
    expect(await cold.end()).toBe(0);
  });

  it('is, in each answer, which Pod it is', async () => {
    const product = await shop.start('product', { WARMUP_MS: '300', HOSTNAME: 'product-abc' });
    const { status, headers } = await ask('GET', `${product.url}/products/1`);
    expect([status, headers.get('x-served-by')]).toEqual([200, 'product-abc']);
    await product.end();
  });

  it('is counted by method, route and status, not by id', async () => {
    const [id = ''] = await placeOrders(3, order);
    await ask('GET', `${order.url}/orders/${id}`);
    await ask('GET', `${order.url}/orders/abc`);
    await ask('GET', `${order.url}/nothing`);
    expect(await metric(order, 'http_requests_total', 'method="POST"', 'route="/orders"', 'status="201"')).toBe(3);
    expect(await metric(order, 'http_requests_total', 'route="/orders/:id"', 'status="200"')).toBe(1);
    expect(await metric(order, 'http_requests_total', 'route="/orders/:id"', 'status="404"')).toBe(1);
    expect(await metric(order, 'http_requests_total', 'route="none"', 'status="404"')).toBe(1);
    expect(await metric(order, 'http_request_duration_seconds_count', 'method="POST"')).toBe(3);
    expect(await metric(order, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    const { headers } = await ask('GET', `${order.url}/metrics`);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it('is a line of JSON for each thing logged, with the correlation id', async () => {
    const { body } = await ask('POST', `${order.url}/orders`, { productId: 1, quantity: 1 }, { 'x-correlation-id': 'find-me' });
    // The log comes through a pipe: it may arrive after the answer.
    const line = await until('the line of the order', () =>
      order
        .log()
        .split('\n')
        .filter((text) => text.endsWith('}'))
        .map((text) => JSON.parse(text) as Record<string, unknown>)
        .find(({ msg, correlationId }) => msg === 'order placed' && correlationId === 'find-me'),
    );
    expect(line).toMatchObject({
      level: 'info',
      service: 'order',
      orderId: body.id,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  it('has a correlation id of its own where the given one is not fit for a log', async () => {
    const { headers } = await ask('GET', `${order.url}/orders`, undefined, { 'x-correlation-id': '{"a": 1}' });
    expect(headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-powered-by')).toBeNull();
  });
});
