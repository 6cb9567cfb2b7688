import type { Criterion } from '../engine/experiment.ts';
import { OrderLedger } from './order-ledger.ts';

/**
 * Whether a kill came in the middle of the backlog: orders of it have deliveries from before and from after. Otherwise nothing is known of
 * what a kill while consuming does, so the answer is `unknown`. `added`: the fault that adds a consumer; how much was left for it is told.
 */
export const killedAmidBacklog = ({ outage, kill, added }: { outage: string; kill: string; added: string }): Criterion => ({
  id: 'killed-amid-backlog',
  async evaluate(lab, { faults, startedAt, measure }) {
    const killed = faults.find(({ id }) => id === kill);
    const back = faults.find(({ id }) => id === outage)?.undoneAt;
    if (!killed || !back) return [];
    const ledger = OrderLedger.of(lab);
    const backMs = Date.parse(back) - Date.parse(startedAt);
    const backlog = new Set(ledger.accepted().flatMap(({ id, acceptedMs }) => (acceptedMs < backMs ? [id] : [])));
    const first = new Map<string, number>();
    for (const { orderId, createdAt } of await ledger.allDeliveries()) {
      const at = Date.parse(createdAt);
      if (backlog.has(orderId) && at >= Date.parse(back)) first.set(orderId, Math.min(at, first.get(orderId) ?? at));
    }
    const before = [...first.values()].filter((at) => at < Date.parse(killed.injectedAt)).length;
    const after = first.size - before;
    measure('delivered-before-kill', 'backlog delivered before the kill', before, 'orders');
    measure('delivered-after-kill', 'backlog delivered after the kill', after, 'orders');
    const joinedAt = faults.find(({ id }) => id === added)?.bitAt;
    const left = joinedAt ? [...first.values()].filter((at) => at >= Date.parse(joinedAt)).length : null;
    measure('delivered-after-added', 'backlog delivered after the consumer that was added was Ready', left, 'orders');
    return [
      {
        id: 'killed-amid-backlog',
        title: 'delivery was killed in the middle of its backlog',
        observed: { value: after, unit: 'orders', text: `${before} orders delivered before, ${after} after` },
        threshold: { op: '>', value: 0, unit: 'orders', text: 'some before, some after' },
        result: before > 0 && after > 0 ? 'true' : 'unknown',
        expectedInControl: 'true',
        message: `of the backlog ${before} orders were delivered before the kill and ${after} after it`,
      },
    ];
  },
});
