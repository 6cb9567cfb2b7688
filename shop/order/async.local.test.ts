import { ask } from '../testing/ask.ts';
import { Postgres } from '../testing/postgres.ts';
import { type ListedDelivery, type ListedOrder, listAll, metric, type Service, Shop } from '../testing/shop.ts';
import { until } from '../testing/until.ts';

let postgres: Postgres;
let shop: Shop;
let order: Service;
let delivery: Service;
let product: Service;

beforeAll(async () => {
  postgres = await Postgres.start();
  shop = await Shop.make(postgres);
  [order, delivery, product] = await Promise.all([shop.start('order'), shop.start('delivery'), shop.start('product')]);
});
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

const orderOnce = (id: string, status: string) =>
  until(`order ${id} to be ${status}`, async () => {
    const { body } = await ask('GET', `${order.url}/orders/${id}`);
    return body.delivery.status === status ? body : undefined;
  });
const stockOf = async (id: number): Promise<number> => (await ask('GET', `${product.url}/products/${id}`)).body.stock;

describe('an order, coupled by events', () => {
  it('is delivered once, takes its stock, and shows the status of its delivery', async () => {
    const body = { productId: '1', quantity: '3', customerId: 'a@b.c', customerName: 'Lee', customerAddr: 'seoul' };
    const placed = await ask('POST', `${order.url}/orders`, body, { 'x-correlation-id': 'from-the-door' });
    expect(placed).toMatchObject({
      status: 201,
      body: { ...body, productId: 1, quantity: 3, status: 'placed', correlationId: 'from-the-door' },
    });
    expect(placed.headers.get('location')).toBe(`/orders/${placed.body.id}`);
    const { delivery: view } = await orderOnce(placed.body.id, 'started');
    const deliveries = await listAll<ListedDelivery>(`${delivery.url}/deliveries`);
    expect(deliveries.filter(({ orderId }) => orderId === placed.body.id)).toMatchObject([
      { id: view.id, customerName: 'Lee', quantity: 3, status: 'started' },
    ]);
    expect((await ask('GET', `${delivery.url}/deliveries/${view.id}`)).body).toEqual(deliveries[0]);
    await until('the stock to be taken', async () => ((await stockOf(1)) === 999_997 ? true : undefined));
    const [event] = (await shop.broker.read('orders', 1)).filter(({ key }) => key === placed.body.id);
    expect(event?.headers).toEqual({ 'correlation-id': 'from-the-door', type: 'OrderPlaced' });
    expect(await metric(order, 'events_sent_total', 'type="OrderPlaced"')).toBe(1);
    expect(await metric(delivery, 'events_consumed_total', 'type="OrderPlaced"', 'outcome="done"')).toBe(1);
  });

  it('gives back its stock and cancels its delivery when it is cancelled, once', async () => {
    const before = await stockOf(2);
    const { body } = await ask('POST', `${order.url}/orders`, { productId: 2, quantity: 5 });
    await orderOnce(body.id, 'started');
    await until('the stock to be taken', async () => ((await stockOf(2)) === before - 5 ? true : undefined));
    for (let i = 0; i < 2; i++)
      expect(await ask('DELETE', `${order.url}/orders/${body.id}`)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    await orderOnce(body.id, 'cancelled');
    await until('the stock to be back', async () => ((await stockOf(2)) === before ? true : undefined));
    const events = (await shop.broker.read('orders', 3)).filter(({ key }) => key === body.id);
    expect(events.map(({ headers }) => headers.type)).toEqual(['OrderPlaced', 'OrderCancelled']);
  });

  it('is cancelled, with its delivery, where there is no stock; what was left stays', async () => {
    const first = await ask('POST', `${order.url}/orders`, { productId: 5, quantity: 8 });
    await until('the stock to be taken', async () => ((await stockOf(5)) === 2 ? true : undefined));
    const second = await ask('POST', `${order.url}/orders`, { productId: 5, quantity: 3 });
    expect(second.status).toBe(201);
    await orderOnce(second.body.id, 'cancelled');
    expect((await ask('GET', `${order.url}/orders/${second.body.id}`)).body).toMatchObject({ status: 'cancelled', reason: 'out of stock' });
    expect((await orderOnce(first.body.id, 'started')).status).toBe('placed');
    expect(await stockOf(5)).toBe(2);
  });

  it('is one order for one Idempotency-Key, also when many ask at once', async () => {
    const headers = { 'idempotency-key': 'one-and-only' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask('POST', `${order.url}/orders`, { productId: 3, quantity: 1 }, headers)),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(19);
    await orderOnce(answers[0]?.body.id ?? '', 'started');
    expect((await listAll<ListedOrder>(`${order.url}/orders`)).filter((one) => one.id === answers[0]?.body.id)).toHaveLength(1);
    expect((await ask('POST', `${order.url}/orders`, { productId: 3, quantity: 1 }, { 'idempotency-key': 'another' })).body.id).not.toBe(
      answers[0]?.body.id,
    );
  });

  it('is listed newest first, or page by page from the oldest', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await ask('POST', `${order.url}/orders`, { productId: 4, quantity: 1 })).body.id);
    const newest = (await ask<ListedOrder[]>('GET', `${order.url}/orders?limit=3`)).body;
    expect(newest.map(({ id }) => id)).toEqual(ids.slice(-3).reverse());
    const all = await listAll<ListedOrder>(`${order.url}/orders`, 2);
    expect(all.map(({ id }) => id).slice(-5)).toEqual(ids);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });
});
