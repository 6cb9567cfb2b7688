import { setTimeout as pause } from 'node:timers/promises';
import { everyCheck } from '../engine/checks.ts';
import type { CheckDraft, Criterion, Evidence, Lab } from '../engine/experiment.ts';
import { DeliveryCount } from './delivery-count.ts';
import { acceptedIds, allDeliveries, allOrders, allProducts } from './shop-api.ts';

const settleMs = 30_000;
/** How long nothing may change before what is there counts as all. */
const stillMs = { allDelivered: 1500, someMissing: 8000 };

/** Waits until every accepted order is delivered and the stock stands still; not for ever: what is lost never comes. */
async function settle(lab: Lab): Promise<void> {
  const count = new DeliveryCount();
  const until = Date.now() + settleMs;
  let last = '';
  let since = Date.now();
  for (;;) {
    const missing = (await count.missing(lab)).length;
    const state = JSON.stringify([missing, await allProducts(lab), (await allDeliveries(lab)).length]);
    if (state !== last) since = Date.now();
    last = state;
    const still = Date.now() - since >= (missing === 0 ? stillMs.allDelivered : stillMs.someMissing);
    if (still || Date.now() > until) return;
    await pause(100, undefined, { signal: lab.signal });
  }
}

/** Each accepted order has exactly one delivery, looked at order by order through the shop's own API. */
function deliveredOnce(lab: Lab, deliveries: { orderId: string }[]): CheckDraft {
  const counts = new Map<string, number>();
  for (const { orderId } of deliveries) counts.set(orderId, (counts.get(orderId) ?? 0) + 1);
  const accepted = acceptedIds(lab);
  const wrong = (id: string): string[] => {
    const count = counts.get(id) ?? 0;
    return count === 1
      ? []
      : [count === 0 ? `order ${id} was accepted and has no delivery (lost)` : `order ${id} has ${count} deliveries (doubled)`];
  };
  return everyCheck({
    id: 'exactly-once',
    title: 'each accepted order has exactly one delivery',
    total: accepted.length,
    findings: accepted.flatMap(wrong),
    expectedInControl: 'true',
    nothing: 'no order was accepted, so there is nothing to look at',
  });
}

async function stockFits(lab: Lab, { baseline }: Evidence): Promise<CheckDraft> {
  const [orders, products] = [await allOrders(lab), await allProducts(lab)];
  const wanted = new Map<number, number>();
  for (const { productId, quantity, status } of orders)
    if (status === 'placed') wanted.set(productId, (wanted.get(productId) ?? 0) + quantity);
  const findings = products.flatMap(({ id, stock }) => {
    const taken = (baseline[`stock-${id}`] ?? stock) - stock;
    const expected = wanted.get(id) ?? 0;
    return taken === expected ? [] : [`product ${id}: stock fell by ${taken}, the placed orders come to ${expected}`];
  });
  return everyCheck({
    id: 'stock-fits',
    title: 'the stock fell by just what the placed orders come to',
    total: products.length,
    findings,
    expectedInControl: 'true',
    nothing: 'there are no products',
  });
}

/** The stock before the load, for `exactlyOnce`. */
export async function stockBaseline(lab: Lab): Promise<Record<string, number>> {
  return Object.fromEntries((await allProducts(lab)).map(({ id, stock }) => [`stock-${id}`, stock]));
}

/** Nothing lost, nothing doubled: deliveries and stock against each accepted order. */
export const exactlyOnce: Criterion = {
  id: 'exactly-once',
  async evaluate(lab, evidence) {
    await settle(lab);
    return [deliveredOnce(lab, await allDeliveries(lab)), await stockFits(lab, evidence)];
  },
};
