import { setTimeout as pause } from 'node:timers/promises';
import type { Criterion, Lab } from '../engine/experiment.ts';
import { OrderLedger } from './order-ledger.ts';

const settlesWithinMs = 15_000;
const lookEveryMs = 250;

/** Stock of each product, as `stock-<id>`: the baseline that `stockFits` compares with. */
export async function readStock(lab: Lab): Promise<Record<string, number>> {
  const { status, body } = await lab.http('product', 8083, 'GET', '/products');
  if (status !== 200 || !Array.isArray(body)) throw new Error(`GET product/products answered ${status}`);
  return Object.fromEntries((body as { id: number; stock: number }[]).map(({ id, stock }) => [`stock-${id}`, stock]));
}

/**
 * Whether the stock of each product went down by exactly what was ordered of it. Orders whose answer got lost on its way count where the shop
 * has them; what came by events may still be under way, so it is given time.
 */
export const stockFits = (): Criterion => ({
  id: 'stock',
  async evaluate(lab, { baseline, samples }) {
    const ledger = OrderLedger.of(lab);
    const accepted = new Set(ledger.accepted().map(({ id }) => id));
    const untilMs = performance.now() + settlesWithinMs;
    for (;;) {
      const placed = (await ledger.allOrders()).filter(({ status }) => status === 'placed');
      const ordered = new Map<string, number>();
      for (const { productId, quantity } of placed) ordered.set(`stock-${productId}`, (ordered.get(`stock-${productId}`) ?? 0) + quantity);
      const stock = await readStock(lab);
      const wrong = Object.entries(baseline).flatMap(([key, before]) => {
        const taken = before - (stock[key] ?? 0);
        const wanted = ordered.get(key) ?? 0;
        return taken === wanted ? [] : [`product ${key.slice('stock-'.length)}: ${wanted} ordered, stock went down by ${taken}`];
      });
      const known = new Set(placed.map(({ id }) => id));
      const missing = [...accepted].filter((id) => !known.has(id)).map((id) => `order ${id} was accepted and is not among the placed ones`);
      const unanswered = samples.filter(({ status }) => status === 0).length;
      const unasked = placed.filter(({ id }) => !accepted.has(id));
      const surplus = unasked.length > unanswered ? unasked.map(({ id }) => `order ${id} is there and was not accepted`) : [];
      const findings = [...wrong, ...missing, ...surplus];
      if (findings.length > 0 && performance.now() < untilMs) {
        lab.say(`waiting until the stock fits: ${findings[0]}`);
        await pause(lookEveryMs, undefined, { signal: lab.signal });
        continue;
      }
      const sum = [...ordered.values()].reduce((all, one) => all + one, 0).toLocaleString('en-US');
      return [
        {
          id: 'stock',
          title: 'the stock went down by exactly what was ordered',
          observed: { value: findings.length, unit: 'deviations', text: findings[0] ?? `${sum} items ordered, stock down by ${sum}` },
          threshold: { op: '==', value: 0, unit: 'deviations', text: 'no deviation' },
          result: placed.length === 0 ? 'unknown' : findings.length === 0 ? 'true' : 'false',
          expectedInControl: 'true',
          message:
            findings.length === 0
              ? `${sum} items were ordered in ${placed.length} orders, and the stock went down by ${sum}`
              : findings.slice(0, 3).join('; '),
          ...(findings.length > 0 && { findings }),
        },
      ];
    }
  },
});
