import { setTimeout as pause } from 'node:timers/promises';
import type { Criterion, Lab } from '../engine/experiment.ts';
import { compareDeliveries } from './compare-deliveries.ts';
import { OrderLedger } from './order-ledger.ts';

const stillMs = 8000;
const atMostMs = 120_000;
const lookEveryMs = 200;

/** What is on its way is not lost: waits until every order is delivered, or nothing has come for a while. Answers whether it came to rest. */
async function comesToRest(lab: Lab, ledger: OrderLedger): Promise<boolean> {
  const started = performance.now();
  for (let [last, since] = [-1, started]; ; await pause(lookEveryMs, undefined, { signal: lab.signal })) {
    await ledger.refresh();
    const waiting = ledger.undelivered().length;
    const now = performance.now();
    if (waiting !== last) [last, since] = [waiting, now];
    if (waiting === 0 || now - since > stillMs) return true;
    if (now - started > atMostMs) return false;
  }
}

/** Whether each accepted order has exactly one delivery, looked at order by order. */
export const exactlyOnce = (): Criterion => ({
  id: 'exactly-once',
  async evaluate(lab, { measure }) {
    const ledger = OrderLedger.of(lab);
    const atRest = await comesToRest(lab, ledger);
    const accepted = ledger.accepted().map(({ id }) => id);
    const { lost, doubled } = compareDeliveries(accepted, await ledger.allDeliveries());
    measure('accepted', 'orders accepted', accepted.length, 'orders');
    const wrong = lost.length + doubled.length;
    const count = accepted.length.toLocaleString('en-US');
    const findings = [
      ...lost.map((id) => `order ${id} has no delivery`),
      ...doubled.map(({ id, deliveries }) => `order ${id} has ${deliveries} deliveries`),
    ];
    const named = [...lost.slice(0, 3), ...doubled.slice(0, 3).map(({ id }) => id)].join(', ');
    return [
      {
        id: 'exactly-once',
        title: 'every accepted order has exactly one delivery',
        observed: { value: wrong, unit: 'orders', text: `${lost.length} lost, ${doubled.length} doubled of ${count}` },
        threshold: { op: '==', value: 0, unit: 'orders', text: 'none lost, none doubled' },
        result: accepted.length === 0 || !atRest ? 'unknown' : wrong === 0 ? 'true' : 'false',
        expectedInControl: 'true',
        message:
          accepted.length === 0
            ? 'no order was accepted'
            : !atRest
              ? `deliveries were still coming ${atMostMs / 1000} s after the load`
              : wrong === 0
                ? `each of ${count} accepted orders has one delivery`
                : `of ${count} accepted orders ${lost.length} are lost and ${doubled.length} doubled: ${named}${wrong > 6 ? ', …' : ''}`,
        ...(wrong > 0 && { findings }),
      },
    ];
  },
});
