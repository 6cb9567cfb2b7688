import type { RunExperiment } from './run.ts';

/** Stands in until the experiments are here. */
export const runExperiment: RunExperiment = async () => {
  throw new Error('not here yet');
};
