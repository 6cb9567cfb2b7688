import { loadTakeEvent } from '../delivery/own-take-event.ts';
import { ask } from '../testing/ask.ts';
import { deliveriesOf, notOnce, placeOrders } from '../testing/load.ts';
import { Postgres } from '../testing/postgres.ts';
import { metric, Shop, untilConsuming } from '../testing/shop.ts';
import { until } from '../testing/until.ts';

let postgres: Postgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await Postgres.start();
});
beforeEach(async () => {
  shop = await Shop.make(postgres);
});
afterEach(async () => await shop.stop());
afterAll(async () => await postgres?.stop());

describe('events that come again', () => {
  it.each([
    ['on', 1],
    ['off', 2],
  ])('with DEDUPLICATION=%s leave each order with this many deliveries: %d', async (DEDUPLICATION, expected) => {
    const order = await shop.start('order');
    const first = await shop.start('delivery');
    const ids = await placeOrders(20, order);
    await deliveriesOf(ids, first);
    expect(await first.end()).toBe(0);
    await shop.broker.rewind('delivery', 'orders');
    const second = await shop.start('delivery', { DEDUPLICATION });
    const outcome = DEDUPLICATION === 'on' ? 'duplicate' : 'done';
    await until('all to come again', async () =>
      (await metric(second, 'events_consumed_total', 'OrderPlaced', `outcome="${outcome}"`)) === 20 ? true : undefined,
    );
    const { counts } = await deliveriesOf(ids, second);
    expect([...new Set(counts.values())]).toEqual([expected]);
  });
});

describe('a TAKE_EVENT of somebody else’s', () => {
  const taking = (lines: string) =>
    `export async function takeEvent({ client, event, startDelivery }) {\n${lines}\n  await startDelivery();\n}\n`;
  it.each([
    [
      'that writes down what it took',
      taking(
        "if ((await client.query('INSERT INTO inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING', [event.id])).rowCount === 0) return;",
      ),
      1,
    ],
    ['that does not', taking(''), 2],
  ])('%s leaves each order with its deliveries: %#', async (_name, TAKE_EVENT, expected) => {
    const order = await shop.start('order');
    const first = await shop.start('delivery', { TAKE_EVENT });
    const ids = await placeOrders(20, order);
    await deliveriesOf(ids, first);
    expect(await first.end()).toBe(0);
    await shop.broker.rewind('delivery', 'orders');
    const second = await shop.start('delivery', { TAKE_EVENT });
    const outcome = expected === 1 ? 'ignored' : 'done';
    await until('all to come again', async () =>
      (await metric(second, 'events_consumed_total', 'OrderPlaced', `outcome="${outcome}"`)) === 20 ? true : undefined,
    );
    const { counts } = await deliveriesOf(ids, second);
    expect([...new Set(counts.values())]).toEqual([expected]);
  });

  it.each([
    ['export const takeEvent = 1;', /exports no function takeEvent/],
    ['export function (', /TAKE_EVENT cannot be loaded/],
  ])('that is none is told of: %s', async (text, message) => {
    await expect(loadTakeEvent(text)).rejects.toThrow(message);
  });
});

describe('a Pod of delivery that is killed in the middle of consuming', () => {
  it('loses nothing and doubles nothing, though events do come again', async () => {
    const [order, product] = await Promise.all([shop.start('order'), shop.start('product')]);
    const ids = await placeOrders(400, order);
    let again = 0;
    for (const share of [0.2, 0.6]) {
      const pod = await shop.start('delivery');
      await until(
        `${share} of the deliveries`,
        async () => {
          const [row] = await postgres.query<{ n: string }>(shop.databases.delivery, 'SELECT count(*) AS n FROM deliveries');
          return Number(row?.n) >= share * ids.length ? true : undefined;
        },
        20,
      );
      const duplicates = await metric(pod, 'events_consumed_total', 'outcome="duplicate"');
      again += Number.isNaN(duplicates) ? 0 : duplicates;
      expect(await pod.end('SIGKILL')).toBe('SIGKILL');
    }
    const last = await shop.start('delivery');
    const { counts, strangers } = await deliveriesOf(ids, last);
    const duplicates = await metric(last, 'events_consumed_total', 'outcome="duplicate"');
    again += Number.isNaN(duplicates) ? 0 : duplicates;
    expect([notOnce(counts), strangers]).toEqual([[], []]);
    expect(again).toBeGreaterThan(0);
    await until('the stock to fit', async () =>
      (await ask('GET', `${product.url}/products/1`)).body.stock === 1_000_000 - ids.length ? true : undefined,
    );
  });
});

describe('the relay', () => {
  it('keeps the order of events of one order over several Pods, and sends each once', async () => {
    const pods = await Promise.all([shop.start('order'), shop.start('order'), shop.start('order')]);
    const ids = await placeOrders(150, ...pods);
    await Promise.all(ids.map((id, i) => ask('DELETE', `${pods[i % 3]?.url}/orders/${id}`)));
    const seen = await shop.broker.read('orders', 300);
    for (const id of ids) {
      expect(seen.filter(({ key }) => key === id).map(({ headers }) => headers.type)).toEqual(['OrderPlaced', 'OrderCancelled']);
    }
    expect(new Set(seen.map(({ value }) => JSON.parse(value).id)).size).toBe(300);
    expect(await metric(pods[0], 'outbox_pending')).toBe(0);
  });

  it('loses each Nth event with RELAY_DROP_EVERY=N: the defect that experiments are to find', async () => {
    const order = await shop.start('order', { RELAY_DROP_EVERY: '10' });
    const delivery = await shop.start('delivery');
    await untilConsuming(delivery);
    const ids = await placeOrders(50, order);
    await until('the rest to be delivered', async () =>
      (await metric(delivery, 'events_consumed_total', 'OrderPlaced', 'outcome="done"')) === 45 ? true : undefined,
    );
    const delivered = await postgres.query<{ order_id: string }>(shop.databases.delivery, 'SELECT order_id FROM deliveries');
    expect(ids.filter((id) => !delivered.some((row) => row.order_id === id))).toHaveLength(5);
    expect(await metric(order, 'outbox_pending')).toBe(0);
  });

  it('tells how much waits while it cannot send', async () => {
    const order = await shop.start('order');
    await shop.broker.kill();
    await placeOrders(250, order);
    expect(await metric(order, 'outbox_pending')).toBe(250);
  });
});
