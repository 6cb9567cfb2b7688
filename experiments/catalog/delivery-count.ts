import type { Gauge, Lab } from '../engine/experiment.ts';
import { acceptedIds, deliveriesAfter } from './shop-api.ts';

/** Keeps count of the orders that have a delivery, by reading only what is new since the last look. */
export class DeliveryCount {
  private readonly delivered = new Set<string>();
  private lastSeq = 0;

  /** Orders delivered so far; while delivery is down none can be added, so the last count stands. */
  async read(lab: Lab): Promise<number> {
    try {
      for (const { seq, orderId } of await deliveriesAfter(lab, this.lastSeq)) {
        this.delivered.add(orderId);
        this.lastSeq = Math.max(this.lastSeq, seq);
      }
    } catch (error) {
      if (!/ECONNREFUSED|ECONNRESET|hang up|answers 503/.test((error as Error).message)) throw error;
    }
    return this.delivered.size;
  }

  /** Accepted orders without a delivery. */
  async missing(lab: Lab): Promise<string[]> {
    await this.read(lab);
    return acceptedIds(lab).filter((id) => !this.delivered.has(id));
  }
}

/** The line `backlog`: orders accepted and not delivered yet. */
export function backlogGauge(): Gauge {
  const count = new DeliveryCount();
  return {
    id: 'backlog',
    title: 'Orders accepted and not delivered yet',
    unit: 'orders',
    everyMs: 500,
    read: async (lab) => (await count.missing(lab)).length,
  };
}
