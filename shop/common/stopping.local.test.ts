import { Agent, request } from 'node:http';
import { ask } from '../testing/ask.ts';
import { freePort } from '../testing/free-port.ts';
import { deliveriesOf, notOnce, placeOrders, startLoad, stopLoads } from '../testing/load.ts';
import { Postgres } from '../testing/postgres.ts';
import { startProgram } from '../testing/program.ts';
import { type Service, Shop, untilConsuming } from '../testing/shop.ts';
import { SlowDoor } from '../testing/slow-door.ts';
import { until } from '../testing/until.ts';

let postgres: Postgres;
let shop: Shop;
let delivery: Service;

beforeAll(async () => {
  postgres = await Postgres.start();
  shop = await Shop.make(postgres);
  delivery = await shop.start('delivery');
});
const doors: SlowDoor[] = [];
const agents: Agent[] = [];
afterEach(async () => {
  await stopLoads();
  for (const agent of agents.splice(0)) agent.destroy();
  for (const door of doors.splice(0)) await door.close();
});
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

/** A status, or the code of the error; without a kept connection where there is no agent. */
const knock = (url: string, agent: Agent | false = false): Promise<number | string> =>
  new Promise((resolve) => {
    request(url, { agent }, (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)))
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      .end();
  });

describe('a service that is told to stop', () => {
  it('says so first, serves on until everyone knows, then ends with 0: under load no order is lost', async () => {
    const [old, young] = await Promise.all([shop.start('order', { SHUTDOWN_DELAY_MS: '1000' }), shop.start('order')]);
    let target = old.url;
    const load = startLoad(() => target);
    await until('some orders', () => (load.accepted.length > 30 ? true : undefined));
    old.kill('SIGTERM');
    await until('it to say that it is leaving', async () =>
      (await ask('GET', `${old.url}/health/ready`)).body.reason === 'stopping' ? true : undefined,
    );
    expect((await ask('GET', `${old.url}/health/live`)).status).toBe(200);
    const whileLeaving = await ask('POST', `${old.url}/orders`, { productId: 1, quantity: 1 });
    expect([whileLeaving.status, whileLeaving.headers.get('connection')]).toEqual([201, 'close']);
    target = young.url; // as an endpoint goes from a Service
    expect(await old.ended).toBe(0);
    const before = load.accepted.length;
    await until('orders at the other', () => (load.accepted.length > before + 30 ? true : undefined));
    await load.stop();
    expect(load.refused).toEqual(new Map());
    expect(notOnce((await deliveriesOf(load.accepted, delivery)).counts)).toEqual([]);
    await young.end();
  });

  it('answers what is in flight, accepts nothing new, and does not wait for connections that are idle after', async () => {
    const door = await SlowDoor.open(delivery.url);
    doors.push(door);
    const order = await shop.start('order', {
      COUPLING: 'sync',
      SYNC_TIMEOUT_MS: '0',
      DELIVERY_URL: door.url,
      SHUTDOWN_TIMEOUT_MS: '60000',
    });
    door.answers = 'never';
    const inFlight = ask('POST', `${order.url}/orders`, { productId: 1, quantity: 1 });
    await until('the call', () => (door.seen.length === 1 ? true : undefined));
    order.kill('SIGTERM');
    await until('it to accept nothing', async () => ((await knock(`${order.url}/health/live`)) === 'ECONNREFUSED' ? true : undefined));
    const letGoAt = Date.now();
    door.letGo();
    expect((await inFlight).status).toBe(201);
    expect(await order.ended).toBe(0);
    expect(Date.now() - letGoAt).toBeLessThan(30_000); // a kept connection would hold it for 60 s
  });

  it('answers what came on kept connections while it did not get the CPU, although its time to stop came meanwhile', async () => {
    const delayMs = 500;
    const product = await shop.start('product', { SHUTDOWN_DELAY_MS: String(delayMs) });
    const agent = new Agent({ keepAlive: true });
    agents.push(agent);
    const askAll = () => Promise.all(Array.from({ length: 50 }, () => knock(`${product.url}/products/1`, agent)));
    const all200 = Array(50).fill(200);
    expect(await askAll()).toEqual(all200);
    product.kill('SIGTERM');
    await until('it to stop', () => (product.log().includes('"msg":"stopping"') ? true : undefined));
    product.kill('SIGSTOP');
    const answers = askAll();
    // Its own timer has to expire while it is stopped: there is no event to wait for.
    await new Promise((resolve) => setTimeout(resolve, 2 * delayMs));
    product.kill('SIGCONT');
    expect(await answers).toEqual(all200);
    expect(await product.ended).toBe(0);
  });

  it('sends what is in its outbox before it ends', async () => {
    const order = await shop.start('order');
    await shop.broker.kill();
    await placeOrders(250, order);
    await until('the relay to have tried', () => (order.log().includes('events cannot be sent') ? true : undefined));
    await shop.broker.restart();
    expect(await order.end()).toBe(0);
    const [row] = await postgres.query<{ n: number }>(shop.databases.order, 'SELECT count(*)::int AS n FROM outbox WHERE sent_at IS NULL');
    expect(row?.n).toBe(0);
  });

  it('ends at once when it is told twice', async () => {
    const order = await shop.start('order', { SHUTDOWN_DELAY_MS: '600000' });
    order.kill('SIGTERM');
    await until('it to stop', () => (order.log().includes('"msg":"stopping"') ? true : undefined));
    expect(await order.end('SIGTERM')).toBe(1);
  });

  it('leaves its group, so that another takes over without waiting for a time-out', async () => {
    const second = await shop.start('delivery');
    await untilConsuming(second);
    expect(await second.end()).toBe(0);
    const order = await shop.start('order');
    const ids = await placeOrders(20, order);
    expect(notOnce((await deliveriesOf(ids, delivery)).counts)).toEqual([]);
    await order.end();
  });

  it('ends with 0 although the broker is away, and while it still waits for its database', async () => {
    const away = { KAFKA_BROKERS: '127.0.0.1:9' };
    const order = await shop.start('order', away);
    await placeOrders(3, order);
    expect(await order.end()).toBe(0);
    const waiting = await shop.launch('order', { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing' });
    await until('it to wait', () => (waiting.log().includes('waiting for the database') ? true : undefined));
    expect(await waiting.end()).toBe(0);
  });
});

describe('a service that cannot start', () => {
  it('names every problem of its environment at once, and ends with 1', async () => {
    const program = startProgram('bundles/order/main.mjs', {
      PORT: '',
      DATABASE_URL: 'order',
      KAFKA_BROKERS: 'kafka',
      DELIVERY_URL: 'delivery',
      COUPLING: 'loose',
      SYNC_TIMEOUT_MS: '',
      BREAKER: 'maybe',
      LOG_LEVEL: 'loud',
      RELAY_DROP_EVERY: '-1',
    });
    expect(await program.ended).toBe(1);
    const names = program.log().match(/^ {2}(\w+):/gm);
    expect(names?.map((name) => name.slice(2, -1)).sort()).toEqual(
      'BREAKER COUPLING DATABASE_URL DELIVERY_URL KAFKA_BROKERS LOG_LEVEL PORT RELAY_DROP_EVERY SYNC_TIMEOUT_MS'.split(' '),
    );
    expect(program.log()).not.toMatch(/ at .*\.js/);
  });

  it('says that its port is taken, and ends with 1', async () => {
    const second = await shop.launch('product', { PORT: new URL(delivery.url).port });
    expect(await second.ended).toBe(1);
    expect(second.log()).toMatch(/cannot listen.*|EADDRINUSE/);
  });

  it('has no chaos port without SHOPLAB_CHAOS=1', async () => {
    const chaosPort = String(await freePort());
    const product = await shop.start('product', { CHAOS_PORT: chaosPort });
    expect(await knock(`http://127.0.0.1:${chaosPort}/`)).toBe('ECONNREFUSED');
    await product.end();
  });
});
