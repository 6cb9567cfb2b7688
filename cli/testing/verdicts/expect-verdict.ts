import { appendFileSync } from 'node:fs';
import type { PlayedCell } from './cell.ts';

/** From this share of the time on, in percent, a run had to wait for this machine's CPU so much that it may prove nothing. */
const busyFrom = 70;

/**
 * Holds a run to the verdict that its cell has to have. Where the machine was too busy to come to one, and the run said so by being inconclusive, the
 * test has shown nothing: it counts as skipped, with the reason. A wrong verdict is wrong on any machine.
 */
export function expectVerdict({ ended, wrong }: PlayedCell): void {
  const { journal } = ended;
  const waited = Math.max(
    ...(journal?.variants ?? []).flatMap(({ measurements }) =>
      measurements.filter(({ id }) => id === 'cpu-pressure').map(({ value }) => value ?? 0),
    ),
  );
  if (wrong.length > 0 && journal?.outcome === 'inconclusive' && waited >= busyFrom)
    skip(`something waited for this machine's CPU ${waited} % of the time, and the run was inconclusive: ${journal.reason}`);
  else expect(wrong).toEqual([]);
}

/** jest cannot skip a test that has begun: .ci/test.mjs counts it so. */
function skip(reason: string): void {
  const { currentTestName: name = '' } = expect.getState();
  const list = process.env.SHOPLAB_TEST_SKIPS;
  if (!list) throw new Error(`${name} shows nothing: ${reason}`);
  appendFileSync(list, `${JSON.stringify({ name, reason })}\n`);
}
