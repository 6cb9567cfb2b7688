import type { Step } from '../engine/experiment.ts';
import { OrderLedger } from './order-ledger.ts';

/** An order that waits for its delivery longer than this counts as backlog. */
const promptMs = 1000;

/** Awaits that nobody waits for a delivery any more but those whose order has just come in. */
export const noneWaits = ({ id, timeoutMs }: { id: string; timeoutMs: number }): Step & { do: 'await' } => ({
  do: 'await',
  id,
  title: `no accepted order waits longer than ${promptMs / 1000} s for its delivery`,
  timeoutMs,
  async until(lab) {
    const ledger = OrderLedger.of(lab);
    // By when it was asked, not by when the answer came: on a busy machine that may be seconds later, and orders come all the while.
    const askedMs = await ledger.refresh();
    const waiting = ledger.undelivered().filter(({ acceptedMs }) => askedMs - acceptedMs > promptMs).length;
    return { done: waiting === 0, observed: `${waiting} orders wait` };
  },
});
