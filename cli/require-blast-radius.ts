import { beyondBlastRadius } from '../experiments/engine/blast-radius.ts';
import { methodFor } from '../experiments/engine/overrides.ts';
import type { ChosenExperiment } from './choose-experiments.ts';
import { UsageError } from './errors/usage-error.ts';

/** Throws where an experiment, as long as `--duration` makes it, would reach beyond its blast radius: before a cluster is there. */
export function requireBlastRadius(experiments: ChosenExperiment[], loadMs: number | undefined): void {
  for (const { experiment } of experiments) {
    const [beyond] = beyondBlastRadius({ ...experiment, method: methodFor(experiment, { ...(loadMs !== undefined && { loadMs }) }) });
    if (beyond === undefined) continue;
    const asDeclared = beyondBlastRadius(experiment).length === 0;
    throw new UsageError(`${experiment.name} would reach beyond its blast radius: ${beyond}`, {
      hint: asDeclared ? 'a shorter --duration, with room for what its faults take' : 'widen blastRadius in its file, or do less',
    });
  }
}
