import { PlatformUnavailable } from '../cluster/platform.ts';
import type { Scenario } from '../experiments/engine/experiment.ts';
import { startK6, startK6From } from '../experiments/load/k6/k6-load.ts';
import { findK6 } from '../experiments/load/k6/k6-program.ts';
import { filesBeside } from '../experiments/load/k6/script-files.ts';
import type { ChosenExperiment } from './choose-experiments.ts';
import { UsageError } from './errors/usage-error.ts';

export interface K6Wanted {
  /** All loads are to be sent by k6; else those alone that are scripts for it. */
  isAsked: boolean;
  /** Image of the Pods that it sends from; undefined: it is on PATH, and sends from this machine. */
  image: string | undefined;
}

/** Whether k6 sends the load of an experiment. */
export const isThroughK6 = ({ experiment }: ChosenExperiment, isAsked: boolean): boolean => isAsked || experiment.load.script !== undefined;

/**
 * The experiments with k6 as their load generator where that is asked for, or their load is a script for it. Rejects before anything is started
 * where it cannot be had.
 */
export async function throughK6(experiments: ChosenExperiment[], { isAsked, image }: K6Wanted): Promise<ChosenExperiment[]> {
  if (!experiments.some((chosen) => isThroughK6(chosen, isAsked))) return experiments;
  if (image === undefined) await requireK6(experiments);
  else for (const { experiment } of experiments) if (experiment.load.script) fitsIntoPod(experiment.load.script);
  const start: Scenario['start'] = image === undefined ? startK6 : startK6From(image);
  return experiments.map((chosen) => {
    const { experiment } = chosen;
    return isThroughK6(chosen, isAsked) ? { ...chosen, experiment: { ...experiment, load: { ...experiment.load, start } } } : chosen;
  });
}

async function requireK6(experiments: ChosenExperiment[]): Promise<void> {
  const scripted = experiments.find(({ experiment }) => experiment.load.script !== undefined);
  const program = await findK6().catch((cause: Error) => {
    throw new PlatformUnavailable(`k6 does not say its version: ${cause.message}`, 'see what `k6 version` says', { cause });
  });
  if (program) return;
  const why = scripted ? `${scripted.experiment.name}, whose load is a script for k6` : '--load k6';
  const install = 'install it: grafana.com/docs/k6, set up, install k6; or run on --platform docker or kind, where its image serves';
  throw new PlatformUnavailable(
    `k6 is not on PATH (${why})`,
    scripted ? install : `${install}; or leave --load out: the generator of shoplab sends the same load`,
  );
}

function fitsIntoPod(script: string): void {
  try {
    filesBeside(script);
  } catch (cause) {
    const { message, hint } = cause as Error & { hint?: string };
    throw new UsageError(message, { ...(hint && { hint }) });
  }
}
