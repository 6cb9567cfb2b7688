import type { Lab } from '../engine/experiment.ts';
import { OrderLedger, type OrderSeen } from './order-ledger.ts';

const watched = 30;
const waits = ({ status, delivery }: OrderSeen): boolean => status === 'placed' && delivery.status === 'none yet';
/** The first orders of the backlog, by lab: where consuming begins, it begins with them. */
const firstOfBacklog = new WeakMap<Lab, OrderSeen[]>();

/** To be awaited while delivery is down: whether at least so many orders wait for it. Remembers the first of them, in the order in which
 * they were placed. */
export async function backlogHolds(lab: Lab, least: number): Promise<{ done: boolean; observed: string }> {
  const waiting = (await OrderLedger.of(lab).allOrders()).filter(waits);
  firstOfBacklog.set(lab, waiting.slice(0, watched));
  return { done: waiting.length >= least, observed: `${waiting.length} orders wait` };
}

/**
 * To be awaited after delivery came back: whether it has begun with the backlog. Seen by order's view of the delivery's status, as delivery
 * itself consumes before it is Ready.
 */
export async function consumingHasBegun(lab: Lab): Promise<{ done: boolean; observed: string }> {
  const first = firstOfBacklog.get(lab) ?? [];
  const from = first[0]?.seq;
  if (from === undefined) return { done: false, observed: 'there is no backlog' };
  const waited = new Set(first.map(({ id }) => id));
  // A lost event may have left one waiting from long before: what lies between is read too.
  const limit = (first.at(-1)?.seq ?? from) - from + 1;
  const { body } = await lab.http('order', 8081, 'GET', `/orders?after=${from - 1}&limit=${limit}`);
  const begun = (body as OrderSeen[]).filter((order) => waited.has(order.id) && !waits(order)).length;
  return { done: begun > 0, observed: `${begun} of the first ${first.length} waiting orders have a delivery` };
}
