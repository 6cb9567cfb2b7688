import type { Lab, Probe } from './experiment.ts';

/** Asks a probe. Who cannot be asked does not hold: a Service that refuses is an answer. */
export const askProbe = ({ ask }: Probe, lab: Lab): Promise<{ holds: boolean; observed: string }> =>
  ask(lab).catch((error: Error) => ({ holds: false, observed: error.message }));
