import type { Lab } from '../engine/experiment.ts';

const page = 1000;
/** Numbers are given before commits, so that a lower one may appear after a higher: so far back is read again. */
const overlap = 200;

export interface AcceptedOrder {
  id: string;
  productId: number;
  quantity: number;
  /** When its 201 came, milliseconds since the variant's startedAt. */
  acceptedMs: number;
}
export interface DeliverySeen {
  id: string;
  seq: number;
  orderId: string;
  status: string;
  createdAt: string;
}
export interface OrderSeen {
  id: string;
  seq: number;
  productId: number;
  quantity: number;
  status: string;
  delivery: { status: string };
}

/** Which orders the shop took, and which deliveries it made of them: asked of its services over HTTP, order by order. */
export class OrderLedger {
  private static readonly byLab = new WeakMap<Lab, OrderLedger>();
  private readonly lab: Lab;
  private readonly deliveries = new Map<string, DeliverySeen>();
  private readonly delivered = new Set<string>();
  private lastSeq = 0;
  private reading: Promise<number> | undefined;

  private constructor(lab: Lab) {
    this.lab = lab;
  }

  /** The one of this lab: what one question has read, the next need not. */
  static of(lab: Lab): OrderLedger {
    const ledger = OrderLedger.byLab.get(lab) ?? new OrderLedger(lab);
    OrderLedger.byLab.set(lab, ledger);
    return ledger;
  }

  /** Orders that were answered 201, by the load's own account. */
  accepted(): AcceptedOrder[] {
    return this.lab
      .samples()
      .filter(({ error, status }) => error === '' && status === 201)
      .map(({ body, dueMs, latencyMs }) => ({ ...(body as Omit<AcceptedOrder, 'acceptedMs'>), acceptedMs: dueMs + latencyMs }));
  }

  /**
   * Reads the deliveries made since it was last asked. Answers the moment, in ms since the variant's startedAt, up to which all of them are known: later
   * ones may have missed the answer. Rejects where delivery does not answer.
   */
  refresh(): Promise<number> {
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  /** Accepted orders that no delivery is known of. */
  undelivered(): AcceptedOrder[] {
    return this.accepted().filter(({ id }) => !this.delivered.has(id));
  }

  /** All deliveries, read anew from the first. */
  async allDeliveries(): Promise<DeliverySeen[]> {
    return walk<DeliverySeen>(this.lab, 'delivery', 8082, '/deliveries');
  }

  /** All orders, also those whose answer got lost. */
  async allOrders(): Promise<OrderSeen[]> {
    return walk<OrderSeen>(this.lab, 'order', 8081, '/orders');
  }

  private async read(): Promise<number> {
    const askedMs = this.lab.elapsedMs();
    const found = await walk<DeliverySeen>(this.lab, 'delivery', 8082, '/deliveries', Math.max(0, this.lastSeq - overlap));
    for (const delivery of found) {
      this.deliveries.set(delivery.id, delivery);
      if (delivery.status === 'started') this.delivered.add(delivery.orderId);
      this.lastSeq = Math.max(this.lastSeq, delivery.seq);
    }
    return askedMs;
  }
}

/** A list, page by page. */
async function walk<T extends { seq: number }>(lab: Lab, service: string, port: number, path: string, from = 0): Promise<T[]> {
  const all: T[] = [];
  for (let after = from; ; ) {
    const { status, body } = await lab.http(service, port, 'GET', `${path}?after=${after}&limit=${page}`);
    if (status !== 200 || !Array.isArray(body)) throw new Error(`GET ${service}${path} answered ${status}`);
    all.push(...(body as T[]));
    if (body.length < page) return all;
    after = (body as T[]).at(-1)?.seq ?? after;
  }
}
