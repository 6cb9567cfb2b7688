import { randomUUID } from 'node:crypto';
import { deliveriesOf } from '../testing/load.ts';
import { Postgres } from '../testing/postgres.ts';
import { metric, Shop, untilConsuming } from '../testing/shop.ts';

let postgres: Postgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await Postgres.start();
  shop = await Shop.make(postgres);
});
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

const placed = (orderId: string, change: object = {}, data: object = {}): string =>
  JSON.stringify({
    type: 'OrderPlaced',
    id: randomUUID(),
    orderId,
    correlationId: 'test',
    at: new Date().toISOString(),
    data: { productId: 1, quantity: 1, deliveryWanted: true, ...data },
    ...change,
  });

describe('messages that nobody can take', () => {
  it('go to the dead letters with the reason and their place, as they came, and those after them are taken', async () => {
    const [delivery, product] = await Promise.all([shop.start('delivery'), shop.start('product')]);
    await untilConsuming(delivery);
    await untilConsuming(product);
    const id = randomUUID(); // one key, so one partition: each is behind the one before
    const poison: [value: string | null, reason: RegExp][] = [
      ['not JSON', /JSON/],
      ['', /JSON/],
      [null, /JSON/],
      ['[]', /expected object/],
      ['{"type":"OrderEaten"}', /type/],
      [placed('no uuid'), /orderId: Invalid UUID/],
      [placed(id, { data: {} }), /data\.productId.*data\.quantity/],
      // Well-formed, and more than the database can hold.
      [placed(id, {}, { quantity: 3_000_000_000 }), /out of range/],
      [placed(id, { correlationId: 'a\0b' }, { customerName: 'a\0b' }), /0x00|Unicode/],
    ];
    await shop.broker.send('orders', ...poison.map(([value]) => ({ key: id, value })), { key: id, value: placed(id) });
    expect([...(await deliveriesOf([id], delivery)).counts.values()]).toEqual([1]);

    const letters = await shop.broker.read('orders.dlt', 2 * poison.length);
    for (const group of ['delivery', 'product']) {
      const own = letters.filter(({ headers }) => headers.group === group);
      expect(own.map(({ value }) => value)).toEqual(poison.map(([value]) => value ?? 'null'));
      own.forEach(({ key, headers }, i) => {
        expect(headers.reason).toMatch(poison[i]?.[1] ?? /never/);
        expect(headers).toMatchObject({ topic: 'orders', partition: expect.stringMatching(/^[012]$/) });
        expect(key).toBe(id);
      });
      expect(new Set(own.map(({ headers }) => headers.offset)).size).toBe(poison.length);
    }
    expect(await metric(delivery, 'events_consumed_total', 'type="unknown"', 'outcome="dead"')).toBe(7);
    expect(await metric(delivery, 'events_consumed_total', 'type="OrderPlaced"', 'outcome="dead"')).toBe(2);
  });
});
