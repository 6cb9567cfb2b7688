import type { Evidence, StepRecord } from '../engine/experiment.ts';
import type { FaultRecord } from '../engine/journal.ts';
import { convergenceMs } from './converges.ts';

const startedAt = '2026-01-01T00:00:00.000Z';
const down = { id: 'down', undoneAt: '2026-01-01T00:00:20.000Z' } as FaultRecord;
const drained = (done: boolean): StepRecord => ({ id: 'drained', do: 'await', startedMs: 21_000, endedMs: 28_600, done });
const options = { fault: 'down', until: 'drained', withinMs: 30_000 };
const evidence = (faults: FaultRecord[], steps: StepRecord[]): Evidence => ({ startedAt, faults, steps }) as unknown as Evidence;

test('convergence counts from the undo of the fault to the end of the step that saw it', () => {
  expect(convergenceMs(evidence([down], [drained(true)]), options)).toBe(8600);
});

test.each([
  ['the step timed out', [down], [drained(false)]],
  ['the step was not reached', [down], []],
  ['the fault was not undone', [{ ...down, undoneAt: null }], [drained(true)]],
])('it is not known where %s', (_name, faults, steps) => {
  expect(convergenceMs(evidence(faults, steps), options)).toBeNull();
});
