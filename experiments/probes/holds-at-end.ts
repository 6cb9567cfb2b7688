import type { Criterion, Probe } from '../engine/experiment.ts';

/** Whether a probe holds when the load has ended and its faults are undone. */
export const holdsAtEnd = ({ id, title, ask }: Probe, expectedInControl: 'true' | 'false'): Criterion => ({
  id,
  async evaluate(lab) {
    // Who cannot be asked does not hold, as in the steady state: a Service that refuses is an answer.
    const { holds, observed } = await ask(lab).catch((error: Error) => ({ holds: false, observed: error.message }));
    lab.signal.throwIfAborted();
    return [
      {
        id,
        title,
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
