import { askProbe } from '../engine/ask-probe.ts';
import type { Criterion, Probe } from '../engine/experiment.ts';

/** Whether a probe holds when the load has ended and its faults are undone. */
export const holdsAtEnd = (probe: Probe, expectedInControl: 'true' | 'false'): Criterion => ({
  id: probe.id,
  async evaluate(lab) {
    const { holds, observed } = await askProbe(probe, lab);
    lab.signal.throwIfAborted();
    return [
      {
        id: probe.id,
        title: probe.title,
        observed: { value: holds, text: observed },
        threshold: { op: '==', value: true, text: 'it holds' },
        result: holds ? 'true' : 'false',
        expectedInControl,
        dependsOnSpeed: true,
        message: observed,
      },
    ];
  },
});
