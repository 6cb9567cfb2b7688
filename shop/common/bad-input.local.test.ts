import { once } from 'node:events';
import { connect } from 'node:net';
import { ask } from '../testing/ask.ts';
import { Broker } from '../testing/broker.ts';
import { Postgres } from '../testing/postgres.ts';
import { type Service, Shop } from '../testing/shop.ts';

let postgres: Postgres;
let shop: Shop;
let order: Service;
let delivery: Service;
let product: Service;

beforeAll(async () => {
  postgres = await Postgres.start();
  shop = await Shop.make(postgres, {}, await Broker.away());
  [order, delivery, product] = await Promise.all([shop.start('order'), shop.start('delivery'), shop.start('product')]);
});
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

const good = { productId: 1, quantity: 1 };
const unknownId = '00000000-0000-4000-8000-000000000000';

describe('bad input', () => {
  it.each<[string, unknown, string[]]>([
    ['no body', undefined, ['productId', 'quantity']],
    ['an empty object', {}, ['productId', 'quantity']],
    ['null', 'null', ['productId', 'quantity']],
    ['a list', [good], ['body']],
    ['text', '"productId"', ['body']],
    ['a number', '7', ['body']],
    [
      'wrong kinds',
      { productId: [1], quantity: { much: 1 }, customerName: 7, customerAddr: null },
      ['productId', 'quantity', 'customerName', 'customerAddr'],
    ],
    ['nothing and less', { productId: 0, quantity: -1 }, ['productId', 'quantity']],
    ['the same as text', { productId: '0', quantity: '-1' }, ['productId', 'quantity']],
    ['parts of one', { productId: 1.5, quantity: '1.5' }, ['productId', 'quantity']],
    ['no numbers', { productId: '', quantity: 'many' }, ['productId', 'quantity']],
    ['huge numbers', '{"productId": 1e400, "quantity": 99999999999999999999}', ['productId', 'quantity']],
    ['huge numbers as text', { productId: '99999999999999999999', quantity: '1e9' }, ['productId', 'quantity']],
    ['more than an int', { productId: 2_147_483_648, quantity: 1_000_001 }, ['productId', 'quantity']],
    ['NUL bytes', { ...good, customerName: 'a\0b', customerAddr: '\0' }, ['customerName', 'customerAddr']],
    ['too long a text', { ...good, customerId: 'x'.repeat(501) }, ['customerId']],
  ])('is 400 with every problem named: %s', async (_title, body, fields) => {
    const answer = await ask('POST', `${order.url}/orders`, body);
    expect(answer).toMatchObject({ status: 400, body: { status: 400, title: 'The body is not valid' } });
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect([...new Set(answer.body.problems.map(({ field }) => field))]).toEqual(fields);
  });

  it.each<[string, string, string, string | undefined, number]>([
    ['broken JSON', 'POST', '/orders', '{"productId": 1', 400],
    ['a body of another kind', 'POST', '/orders', 'productId=1&quantity=3', 400],
    ['an unknown product', 'POST', '/orders', JSON.stringify({ productId: 77, quantity: 1 }), 422],
    ['no id', 'GET', '/orders/abc', undefined, 404],
    ['a NUL for an id', 'GET', '/orders/%00', undefined, 404],
    ['broken percent signs', 'GET', '/orders/%E0%A4%A', undefined, 400],
    ['a number for an id', 'GET', '/orders/999999999999999999999', undefined, 404],
    ['an id that is not there', 'GET', `/orders/${unknownId}`, undefined, 404],
    ['to cancel what is not there', 'DELETE', `/orders/${unknownId}`, undefined, 404],
    ['to cancel nonsense', 'DELETE', "/orders/'; DROP TABLE orders", undefined, 404],
    ['an unknown path', 'GET', '/', undefined, 404],
    ['an unknown path below', 'POST', `/orders/${unknownId}/x`, undefined, 404],
    ['no number for a limit', 'GET', '/orders?limit=many', undefined, 400],
    ['too large a limit', 'GET', '/orders?limit=10001', undefined, 400],
    ['two limits', 'GET', '/orders?limit=1&limit=2', undefined, 400],
    ['a negative cursor', 'GET', '/orders?after=-1', undefined, 400],
    ['a cursor beyond all numbers', 'GET', '/orders?after=1e300', undefined, 400],
  ])('has its status: %s', async (_title, method, path, body, status) => {
    const answer = await ask(method, `${order.url}${path}`, body);
    expect(answer.body).toMatchObject({ status });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).not.toMatch(/\\n|node_modules|\.js:/);
  });

  it('names what is wrong with a query as that of the query', async () => {
    const { body } = await ask('GET', `${order.url}/orders?limit=0&after=x`);
    expect(body.title).toBe('The query is not valid');
    expect(body.problems.map(({ field }) => field)).toEqual(['limit', 'after']);
  });

  it.each(['', 'x'.repeat(256), 'with a space'])('is 400 for the Idempotency-Key "%.20s"', async (key) => {
    const { status, body } = await ask('POST', `${order.url}/orders`, good, { 'idempotency-key': key });
    expect([status, body.problems[0]?.field]).toEqual([400, 'Idempotency-Key']);
  });

  it.each([101, 5000])('is 413 for a body of %d kB, and the connection goes on', async (kilobytes) => {
    const { status } = await ask('POST', `${order.url}/orders`, { ...good, customerName: 'x'.repeat(kilobytes * 1024) });
    expect(status).toBe(413);
    expect((await ask('POST', `${order.url}/orders`, good)).status).toBe(201);
  });

  it('takes a body of nearly 100 kB for what it is', async () => {
    const { status, body } = await ask('POST', `${order.url}/orders`, { ...good, customerName: 'x'.repeat(99 * 1024) });
    expect([status, body.problems[0]?.field]).toEqual([400, 'customerName']);
  });

  it('takes text of any language, and fields that it does not know', async () => {
    const customerName = '이순신 🚚 \ud800';
    const { status, body } = await ask<{ customerName: string }>('POST', `${order.url}/orders`, { ...good, customerName, gift: true });
    expect([status, body.customerName]).toEqual([201, '이순신 🚚 \ufffd']);
  });

  it('is 405 with what is allowed', async () => {
    const cases: [Service, string, string, string][] = [
      [order, 'PUT', '/orders', 'GET, HEAD, POST'],
      [order, 'PATCH', `/orders/${unknownId}`, 'GET, HEAD, DELETE'],
      [order, 'POST', '/health/ready', 'GET, HEAD'],
      [order, 'POST', '/metrics', 'GET, HEAD'],
      [delivery, 'DELETE', '/deliveries', 'GET, HEAD, POST'],
      [delivery, 'PUT', `/deliveries/${unknownId}`, 'GET, HEAD'],
      [product, 'POST', '/products', 'GET, HEAD'],
      [product, 'DELETE', '/products/1', 'GET, HEAD'],
    ];
    for (const [service, method, path, allow] of cases) {
      const { status, headers } = await ask(method, service.url + path);
      expect([method, path, status, headers.get('allow')]).toEqual([method, path, 405, allow]);
    }
  });

  it('is answered alike by delivery and product', async () => {
    const cases: [string, string, unknown, number][] = [
      ['GET', `${delivery.url}/deliveries/abc`, undefined, 404],
      ['GET', `${delivery.url}/deliveries/${unknownId}`, undefined, 404],
      ['GET', `${delivery.url}/deliveries?limit=0`, undefined, 400],
      ['POST', `${delivery.url}/deliveries`, good, 400],
      ['POST', `${delivery.url}/deliveries`, { ...good, orderId: "'" }, 400],
      ['POST', `${delivery.url}/deliveries`, '{', 400],
      ['GET', `${product.url}/products/0`, undefined, 404],
      ['GET', `${product.url}/products/99999999999`, undefined, 404],
      ['GET', `${product.url}/products/one`, undefined, 404],
      ['GET', `${product.url}/nothing`, undefined, 404],
    ];
    for (const [method, url, body, status] of cases) expect([url, (await ask(method, url, body)).status]).toEqual([url, status]);
  });

  it('is answered where it is not even HTTP', async () => {
    const socket = connect(Number(new URL(order.url).port), '127.0.0.1');
    socket.end('GARBAGE\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });

  it('leaves nothing in the log above a warning', () => {
    for (const service of [order, delivery, product]) expect(service.log()).not.toMatch(/"level":"(error|fatal)"/);
  });
});
