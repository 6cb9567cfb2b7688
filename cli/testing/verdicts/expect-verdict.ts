import { appendFileSync } from 'node:fs';
import type { PlayedCell } from './cell.ts';

/** From these shares of the time on, in percent, a run had to wait for this machine so much that it may prove nothing. */
const busyFrom = [
  { id: 'cpu-pressure', of: 'CPU', from: 70 },
  { id: 'io-pressure', of: 'disk', from: 50 },
];

/**
 * Holds a run to the verdict that its cell has to have. Where the machine was too busy to come to one, and the run said so by being inconclusive, the
 * test has shown nothing: it counts as skipped, with the reason. A wrong verdict is wrong on any machine. `title`: of the test, where it is played in a
 * hook.
 */
export function expectVerdict({ ended, wrong }: PlayedCell, title?: string): void {
  const { journal } = ended;
  const all = (journal?.variants ?? []).flatMap(({ measurements }) => measurements);
  const waited = busyFrom.flatMap(({ id, of, from }) => {
    const most = Math.max(...all.filter((one) => one.id === id).map(({ value }) => value ?? 0));
    return most >= from ? [`for its ${of} ${most} % of the time`] : [];
  });
  if (wrong.length > 0 && journal?.outcome === 'inconclusive' && waited.length > 0)
    skip(title, `something waited on this machine ${waited.join(' and ')}, and the run was inconclusive: ${journal.reason}`);
  else expect(wrong).toEqual([]);
}

/** jest cannot skip a test that has begun: .ci/test.mjs counts it so. */
function skip(title: string | undefined, reason: string): void {
  const name = title ?? expect.getState().currentTestName ?? '';
  const list = process.env.SHOPLAB_TEST_SKIPS;
  if (!list) throw new Error(`${name} shows nothing: ${reason}`);
  appendFileSync(list, `${JSON.stringify({ name, reason })}\n`);
}
