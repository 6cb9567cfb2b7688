import { appendFileSync } from 'node:fs';
import type { PlayedCell } from './cell.ts';

/** From these shares of the time on, in percent, a run had to wait for this machine so much that it may prove nothing. */
const busyFrom = [
  { id: 'cpu-pressure', of: 'CPU', from: 70 },
  { id: 'io-pressure', of: 'disk', from: 50 },
];

/**
 * Holds a run to the verdict that its cell has to have. Where the machine was too busy to come to one, and the run said so by being inconclusive, the
 * test has shown nothing: it counts as skipped, with the reason. A wrong verdict is wrong on any machine.
 */
export function expectVerdict({ ended, wrong }: PlayedCell): void {
  const { journal } = ended;
  const all = (journal?.variants ?? []).flatMap(({ measurements }) => measurements);
  const waited = busyFrom.flatMap(({ id, of, from }) => {
    const most = Math.max(...all.filter((one) => one.id === id).map(({ value }) => value ?? 0));
    return most >= from ? [`for its ${of} ${most} % of the time`] : [];
  });
  if (wrong.length > 0 && journal?.outcome === 'inconclusive' && waited.length > 0)
    skip(`something waited on this machine ${waited.join(' and ')}, and the run was inconclusive: ${journal.reason}`);
  else expect(wrong).toEqual([]);
}

/** jest cannot skip a test that has begun: .ci/test.mjs counts it so. */
function skip(reason: string): void {
  const { currentTestName: name = '' } = expect.getState();
  const list = process.env.SHOPLAB_TEST_SKIPS;
  if (!list) throw new Error(`${name} shows nothing: ${reason}`);
  appendFileSync(list, `${JSON.stringify({ name, reason })}\n`);
}
