import { PlatformUnavailable } from '../cluster/platform.ts';
import { startK6 } from '../experiments/load/k6/k6-load.ts';
import { findK6 } from '../experiments/load/k6/k6-program.ts';
import type { ChosenExperiment } from './choose-experiments.ts';
import { UsageError } from './errors/usage-error.ts';

export interface K6Wanted {
  /** All loads are to be sent by k6. */
  isAsked: boolean;
  /** Loads have to come from a cluster that is somebody else's. */
  isElsewhere: boolean;
}

/**
 * The experiments with k6 as their load generator where that is asked for. Rejects before anything is started where k6 is needed, also for a script
 * that a file names, and cannot be had.
 */
export async function throughK6(experiments: ChosenExperiment[], { isAsked, isElsewhere }: K6Wanted): Promise<ChosenExperiment[]> {
  const scripted = experiments.find(({ experiment }) => experiment.load.script !== undefined);
  if (!isAsked && !scripted) return experiments;
  const why = scripted ? `${scripted.experiment.name}, whose load is a script for k6` : '--load k6';
  if (isElsewhere)
    throw new UsageError(`${why}: with --context the load comes from a Pod, and k6 sends from this machine`, {
      hint: 'run it on --platform local, docker or kind',
    });
  const program = await findK6().catch((cause: Error) => {
    throw new PlatformUnavailable(`k6 does not say its version: ${cause.message}`, 'see what `k6 version` says', { cause });
  });
  if (!program)
    throw new PlatformUnavailable(
      `k6 is not on PATH (${why})`,
      scripted
        ? 'install it: grafana.com/docs/k6, set up, install k6'
        : 'install it: grafana.com/docs/k6, set up, install k6; or leave --load out: the generator of shoplab sends the same load',
    );
  return isAsked
    ? experiments.map((chosen) => ({
        ...chosen,
        experiment: { ...chosen.experiment, load: { ...chosen.experiment.load, start: startK6 } },
      }))
    : experiments;
}
