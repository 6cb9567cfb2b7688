import { ask } from '../testing/ask.ts';
import { Broker } from '../testing/broker.ts';
import { deliveriesOf, notOnce, placeOrders, startLoad, stopLoads } from '../testing/load.ts';
import { Postgres } from '../testing/postgres.ts';
import { Shop, untilConsuming, untilReady } from '../testing/shop.ts';
import { until } from '../testing/until.ts';

let postgres: Postgres;
const shops: Shop[] = [];
const makeShop = async (...rest: [env?: Record<string, string>, broker?: Broker]): Promise<Shop> => {
  const shop = await Shop.make(postgres, ...rest);
  shops.push(shop);
  return shop;
};

beforeAll(async () => {
  postgres = await Postgres.start();
});
afterEach(async () => {
  await stopLoads();
  for (const shop of shops.splice(0)) await shop.stop();
});
afterAll(async () => await postgres?.stop());

/** Until a service says on its health page that it is not in its group. */
const untilNotConsuming = async (url: string): Promise<true> =>
  await until(`${url} to notice that the broker is away`, async () =>
    (await ask('GET', `${url}/health/ready`)).body.components.consumer === 'DOWN' ? true : undefined,
  );

describe('a service', () => {
  it('lives while its database is not there, says what it waits for, and is ready when it comes', async () => {
    const shop = await makeShop();
    const service = await shop.launch('order', { DATABASE_URL: postgres.url('late') });
    await until('an answer', async () => ((await ask('GET', `${service.url}/health/live`)).status === 200 ? true : undefined));
    await until('the reason', async () => {
      const { status, body } = await ask('GET', `${service.url}/health/ready`);
      return status === 503 && /waiting for the database.*"late" does not exist/.test(body.reason) ? true : undefined;
    });
    expect(await ask('POST', `${service.url}/orders`, { productId: 1, quantity: 1 })).toMatchObject({ status: 503 });
    await postgres.query('postgres', 'CREATE DATABASE late');
    await untilReady(service);
    await untilConsuming(service);
    expect(await service.end()).toBe(0);
  });

  it('migrates an empty database once, however many start at once', async () => {
    const shop = await makeShop();
    const pods = await Promise.all([1, 2, 3, 4].map(() => shop.start('product')));
    const rows = await postgres.query(shop.databases.product, 'SELECT name FROM migrations');
    expect(rows).toEqual([{ name: '001-products.sql' }]);
    expect(pods.filter((pod) => pod.log().includes('"migrated"'))).toHaveLength(1);
  });
});

describe('orders, coupled by events,', () => {
  it('are accepted before there is a broker, and all delivered once there is', async () => {
    const shop = await makeShop({}, await Broker.away());
    const [order, delivery] = await Promise.all([shop.start('order'), shop.start('delivery')]);
    const ids = await placeOrders(50, order);
    expect((await ask('GET', `${order.url}/health/ready`)).body.components.consumer).toBe('DOWN');
    await shop.broker.restart();
    const { counts, strangers } = await deliveriesOf(ids, delivery);
    expect([notOnce(counts), strangers]).toEqual([[], []]);
    for (const topic of ['orders', 'deliveries', 'stock']) expect(await shop.broker.partitions(topic)).toBe(3);
    expect(await shop.broker.partitions('orders.dlt')).toBe(1);
  });

  it('are accepted while the broker is away, and all delivered when it is back', async () => {
    const shop = await makeShop();
    const [order, delivery] = await Promise.all([shop.start('order'), shop.start('delivery')]);
    const load = startLoad(() => order.url);
    await until('some orders', () => (load.accepted.length > 20 ? true : undefined));
    await shop.broker.kill();
    await untilNotConsuming(delivery.url);
    await untilNotConsuming(order.url);
    const before = load.accepted.length;
    await until('orders meanwhile', () => (load.accepted.length > before + 20 ? true : undefined));
    await shop.broker.restart();
    await untilConsuming(delivery);
    await load.stop();
    expect(load.refused).toEqual(new Map());
    expect(notOnce((await deliveriesOf(load.accepted, delivery)).counts)).toEqual([]);
  });

  it('go on when the broker has lost all its topics', async () => {
    const shop = await makeShop();
    const [order, delivery] = await Promise.all([shop.start('order'), shop.start('delivery')]);
    await deliveriesOf(await placeOrders(5, order), delivery);
    await shop.broker.lose();
    const ids = await placeOrders(5, order);
    await shop.broker.restart();
    expect(notOnce((await deliveriesOf(ids, delivery)).counts)).toEqual([]);
    expect(await shop.broker.partitions('orders')).toBe(3);
  });

  it('are refused with 503 at most while PostgreSQL restarts; no service ends, and what was accepted is delivered', async () => {
    const shop = await makeShop();
    const services = await Promise.all([shop.start('order'), shop.start('delivery'), shop.start('product')]);
    const [order, delivery, product] = services;
    let ended = 0;
    for (const service of services) void service.ended.then(() => (ended += 1));
    const load = startLoad(() => order.url);
    for (let round = 1; round <= 2; round++) {
      const before = load.accepted.length;
      await until('some orders', () => (load.accepted.length > before + 50 || ended > 0 ? true : undefined));
      await postgres.restart();
    }
    const before = load.accepted.length;
    await until('orders after that', () => (load.accepted.length > before + 20 || ended > 0 ? true : undefined));
    await load.stop();
    expect(ended).toBe(0);
    expect([...load.refused.keys()].filter((why) => why !== '503')).toEqual([]);
    expect(notOnce((await deliveriesOf(load.accepted, delivery)).counts)).toEqual([]);
    const all = (await postgres.query<{ n: string }>(shop.databases.order, "SELECT count(*) AS n FROM orders WHERE status = 'placed'"))[0];
    await until('the stock to fit', async () =>
      (await ask('GET', `${product.url}/products/1`)).body.stock === 1_000_000 - Number(all?.n) ? true : undefined,
    );
  });
});
