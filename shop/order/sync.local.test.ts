import { ask } from '../testing/ask.ts';
import { deliveriesOf, notOnce } from '../testing/load.ts';
import { Postgres } from '../testing/postgres.ts';
import { type ListedDelivery, type ListedOrder, listAll, metric, type Service, Shop, untilConsuming } from '../testing/shop.ts';
import { SlowDoor } from '../testing/slow-door.ts';
import { until } from '../testing/until.ts';

let postgres: Postgres;
let shop: Shop;
let delivery: Service;
let door: SlowDoor;
const orders: Service[] = [];

beforeAll(async () => {
  postgres = await Postgres.start();
  shop = await Shop.make(postgres, { COUPLING: 'sync' });
  delivery = await shop.start('delivery');
  await untilConsuming(delivery);
});
beforeEach(async () => {
  door = await SlowDoor.open(delivery.url);
});
afterEach(async () => {
  for (const order of orders.splice(0)) await order.end('SIGKILL');
  await door.close();
});
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

const startOrder = async (env: Record<string, string> = {}): Promise<Service> => {
  const order = await shop.start('order', { DELIVERY_URL: door.url, ...env });
  orders.push(order);
  return order;
};
const place = (order: Service, headers: Record<string, string> = {}) =>
  ask('POST', `${order.url}/orders`, { productId: 1, quantity: 1 }, headers);
const deliveriesTo = async (id: string): Promise<ListedDelivery[]> =>
  (await listAll<ListedDelivery>(`${delivery.url}/deliveries`)).filter(({ orderId }) => orderId === id);
const newestOrder = async (order: Service): Promise<ListedOrder> =>
  (await ask<[ListedOrder]>('GET', `${order.url}/orders?limit=1`)).body[0];
const breakerOf = async (order: Service): Promise<string> =>
  (await ask('GET', `${order.url}/actuator/health`)).body.components.breaker ?? '';

describe('an order, coupled by a call,', () => {
  it('is delivered when it is answered, takes its stock by event, and carries its correlation id', async () => {
    const order = await startOrder();
    const product = await shop.start('product');
    const { status, body } = await place(order, { 'x-correlation-id': 'all-the-way' });
    expect([status, body.status]).toEqual([201, 'placed']);
    expect(await deliveriesTo(body.id)).toMatchObject([{ status: 'started' }]);
    expect(door.seen[0]?.['x-correlation-id']).toBe('all-the-way');
    await until('the stock to be taken', async () =>
      (await ask('GET', `${product.url}/products/1`)).body.stock === 999_999 ? true : undefined,
    );
    await until('the view', async () =>
      (await ask('GET', `${order.url}/orders/${body.id}`)).body.delivery.status === 'started' ? true : undefined,
    );
    expect(await deliveriesTo(body.id)).toHaveLength(1);
    await product.end();
  });

  it('is refused with 503 while delivery is away and there is no fallback; nothing is left of it', async () => {
    const order = await startOrder({ FALLBACK: 'off', BREAKER: 'off', DELIVERY_URL: 'http://127.0.0.1:9' });
    expect(await place(order)).toMatchObject({ status: 503, body: { title: expect.stringContaining('Delivery is not available') } });
    const { id, status } = await newestOrder(order);
    expect(status).toBe('rejected');
    await until('the outbox to be sent', async () => ((await metric(order, 'outbox_pending')) === 0 ? true : undefined));
    expect(await deliveriesTo(id)).toEqual([]);
    expect(await breakerOf(order)).toBe('off');
  });

  it('is refused with 503 when delivery is too late, and the delivery that came of it is cancelled', async () => {
    const order = await startOrder({ FALLBACK: 'off', SYNC_TIMEOUT_MS: '200' });
    door.answers = 'late';
    expect((await place(order)).status).toBe(503);
    const { id } = await newestOrder(order);
    await until('the delivery to be cancelled', async () => ((await deliveriesTo(id))[0]?.status === 'cancelled' ? true : undefined));
    expect(await deliveriesTo(id)).toHaveLength(1);
  });

  it('is taken with the fallback, and delivered once, whether the call did nothing or was only too late', async () => {
    const order = await startOrder({ SYNC_TIMEOUT_MS: '200' });
    door.answers = 'late';
    const late = await place(order);
    door.answers = 'refused';
    const refused = await place(order);
    expect([late.status, refused.status]).toEqual([201, 201]);
    const ids = [late.body.id, refused.body.id];
    await until('both events to be taken', async () =>
      (await metric(delivery, 'events_consumed_total', 'OrderPlaced', 'outcome="done"')) >= 2 ? true : undefined,
    );
    expect(notOnce((await deliveriesOf(ids, delivery)).counts)).toEqual([]);
  });

  it('waits for delivery as long as that takes with SYNC_TIMEOUT_MS=0', async () => {
    const order = await startOrder({ SYNC_TIMEOUT_MS: '0' });
    door.answers = 'never';
    const answer = place(order);
    await until('the call', () => (door.seen.length === 1 ? true : undefined));
    const first = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 1500, 'still waiting'))]);
    expect(first).toBe('still waiting');
    door.letGo();
    expect((await answer).status).toBe(201);
  });

  it('waits for a free connection where SYNC_CONNECTIONS bounds them', async () => {
    const order = await startOrder({ SYNC_TIMEOUT_MS: '0', SYNC_CONNECTIONS: '1' });
    door.answers = 'never';
    const answers = [place(order), place(order), place(order)];
    await until('all to be waiting', async () => ((await metric(order, 'delivery_calls_in_flight')) === 3 ? true : undefined));
    expect(door.seen).toHaveLength(1);
    door.letGo();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await metric(order, 'delivery_calls_in_flight')).toBe(0);
  });

  it.each([
    ['on', 'keep-alive'],
    ['off', 'close'],
  ])('goes with SYNC_KEEP_ALIVE %s on a connection that is for %s', async (setting, header) => {
    const order = await startOrder({ SYNC_KEEP_ALIVE: setting });
    expect((await place(order)).status).toBe(201);
    expect(door.seen.map(({ connection }) => connection)).toEqual([header]);
  });

  it('is one order for one Idempotency-Key, also while the first is waiting for delivery', async () => {
    const order = await startOrder({ SYNC_TIMEOUT_MS: '20000' });
    door.answers = 'never';
    const answers = Array.from({ length: 6 }, () => place(order, { 'idempotency-key': 'sync-key' }));
    await until('the call', () => (door.seen.length > 0 ? true : undefined));
    door.letGo();
    const all = await Promise.all(answers);
    expect(new Set(all.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(all[0]?.status).toBe(201);
    expect(door.seen).toHaveLength(1);
  });

  it('may be tried again with the same Idempotency-Key after it was refused', async () => {
    const order = await startOrder({ FALLBACK: 'off' });
    door.answers = 'refused';
    expect((await place(order, { 'idempotency-key': 'again' })).status).toBe(503);
    door.answers = 'at once';
    const second = await place(order, { 'idempotency-key': 'again' });
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([201, null]);
  });

  it('is rejected, and its delivery cancelled, when its Pod was killed while placing it', async () => {
    const env = { SYNC_TIMEOUT_MS: '0', PLACING_LIMIT_MS: '400' };
    const first = await startOrder(env);
    door.answers = 'never';
    const lost = place(first).then(
      ({ status }) => status,
      () => 'no answer',
    );
    await until('the call', () => (door.seen.length === 1 ? true : undefined));
    const { id } = await newestOrder(first);
    await first.end('SIGKILL');
    expect(await lost).toBe('no answer');
    const second = await startOrder(env);
    await until('the order to be rejected', async () =>
      (await ask('GET', `${second.url}/orders/${id}`)).body.status === 'rejected' ? true : undefined,
    );
    await until('its delivery to be cancelled', async () => ((await deliveriesTo(id))[0]?.status === 'cancelled' ? true : undefined));
  });
});

describe('delivery', () => {
  it('starts one delivery for one order, however often and at once it is asked', async () => {
    const body = { orderId: '7f1c3c58-6a0a-4d6e-9d0a-0d5d5f0a7a11', productId: 1, quantity: 1 };
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask('POST', `${delivery.url}/deliveries`, body)));
    expect(new Set(answers.map(({ status, body: { id } }) => `${status} ${id}`)).size).toBe(1);
    expect(await deliveriesTo(body.orderId)).toMatchObject([{ id: answers[0]?.body.id }]);
  });
});

it('delivery thinks about a call as long as DELAY_MS says', async () => {
  const slow = await shop.start('delivery', { DELAY_MS: '300-400' });
  const startedMs = performance.now();
  const { status } = await ask('POST', `${slow.url}/deliveries`, {
    orderId: '7f1c3c58-6a0a-4d6e-9d0a-0d5d5f0a7a12',
    productId: 1,
    quantity: 1,
  });
  expect(status).toBe(201);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(299);
  await slow.end();
  const wrong = await shop.launch('delivery', { DELAY_MS: '620-400' });
  await wrong.ended;
  expect(wrong.log()).toContain('DELAY_MS: must not have its least above its most');
});

describe('the breaker', () => {
  it('opens after failures in a row, spares delivery, tries once, and closes when that works', async () => {
    const order = await startOrder({ BREAKER_FAILURES: '3', BREAKER_HALF_OPEN_MS: '1000' });
    expect(await breakerOf(order)).toBe('closed');
    door.answers = 'refused';
    for (let i = 0; i < 3; i++) expect((await place(order)).status).toBe(201);
    expect(await breakerOf(order)).toBe('open');
    expect(await metric(order, 'breaker_state', 'state="open"')).toBe(1);
    const callsSoFar = door.seen.length;
    expect(callsSoFar).toBe(3);
    expect((await place(order)).status).toBe(201);
    expect(door.seen).toHaveLength(callsSoFar);
    expect(await metric(order, 'delivery_calls_total', 'outcome="short-circuited"')).toBe(1);

    // Still broken: the one that tries opens it again.
    await until('a try', async () => {
      await place(order);
      return door.seen.length > callsSoFar ? true : undefined;
    });
    expect(await breakerOf(order)).toBe('open');
    door.answers = 'at once';
    await until('it to close', async () => {
      await place(order);
      return (await breakerOf(order)) === 'closed' ? true : undefined;
    });
    expect(await metric(order, 'breaker_transitions_total', 'to="open"')).toBe(2);
    expect(await metric(order, 'breaker_transitions_total', 'to="half-open"')).toBe(2);
    expect(await metric(order, 'breaker_transitions_total', 'to="closed"')).toBe(2); // at the start, and now
    const states = ['closed', 'open', 'half-open', 'isolated', 'off'].map((state) => metric(order, 'breaker_state', `state="${state}"`));
    expect(await Promise.all(states)).toEqual([1, 0, 0, 0, 0]);

    const all = await listAll<ListedOrder>(`${order.url}/orders`);
    const placed = all.filter(({ status }) => status === 'placed').map(({ id }) => id);
    expect(notOnce((await deliveriesOf(placed, delivery)).counts)).toEqual([]);
  });

  it('that is off lets every call through', async () => {
    const order = await startOrder({ BREAKER: 'off', BREAKER_FAILURES: '1' });
    door.answers = 'refused';
    for (let i = 0; i < 4; i++) await place(order);
    expect(door.seen).toHaveLength(4);
    expect(await metric(order, 'breaker_state', 'state="off"')).toBe(1);
  });
});
