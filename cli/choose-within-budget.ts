import type { Experiment } from '../experiments/engine/experiment.ts';
import { variantNames } from '../experiments/engine/variants.ts';
import { formatDuration } from '../reports/check-words.ts';
import type { ChosenExperiment } from './choose-experiments.ts';
import { UsageError } from './errors/usage-error.ts';

/** What an `await` or a pipeline usually takes: longer than it, only where something is wrong. */
const usualAwaitMs = 6000;
/** From nothing to Ready, the gate, and the end of the namespace, for each variant; on platform local. */
const aroundMs = 5000;

/**
 * About how long an experiment takes on platform local, from what it declares: its waits, what it waits for, and what is around them, for each
 * variant that does not run beside another. In ms.
 */
export function estimateMs(experiment: Experiment): number {
  const each = variantNames(experiment).map((variant) =>
    experiment.method.filter(({ only }) => only === undefined || only === variant).reduce((sum, step) => sum + stepMs(step), aroundMs),
  );
  return experiment.sideBySide === 'light' ? Math.max(...each) : each.reduce((sum, ms) => sum + ms, 0);
}

function stepMs(step: Experiment['method'][number]): number {
  if (step.do === 'wait') return step.durationMs;
  if (step.do === 'undo') return 0;
  if (step.do === 'await') return Math.min(usualAwaitMs, step.timeoutMs);
  return step.fault.name === 'release' ? usualAwaitMs : 0;
}

/**
 * Those that say most within so long: of all sets whose estimates fit, the one with the most criteria, and of several the shortest. They keep their
 * order. Throws a UsageError where none fits.
 */
export function chooseWithinBudget(chosen: ChosenExperiment[], budgetMs: number): { taken: ChosenExperiment[]; left: ChosenExperiment[] } {
  const all = chosen.map((one) => ({ one, ms: estimateMs(one.experiment), says: one.experiment.criteria.length }));
  // By how much they say together, the shortest set of each; one after the other, as a knapsack is packed.
  let best = new Map<number, { ms: number; taken: ChosenExperiment[] }>([[0, { ms: 0, taken: [] }]]);
  for (const { one, ms, says } of all) {
    const next = new Map(best);
    for (const [sum, set] of best) {
      const longer = { ms: set.ms + ms, taken: [...set.taken, one] };
      const there = next.get(sum + says);
      if (longer.ms <= budgetMs && (!there || longer.ms < there.ms)) next.set(sum + says, longer);
    }
    best = next;
  }
  const taken = best.get(Math.max(...best.keys()))?.taken ?? [];
  if (taken.length > 0) return { taken, left: chosen.filter((one) => !taken.includes(one)) };
  const shortest = all.reduce((least, one) => (one.ms < least.ms ? one : least));
  throw new UsageError(`no experiment fits into ${formatDuration(budgetMs)}`, {
    hint: `the shortest, ${shortest.one.experiment.name}, takes about ${formatDuration(shortest.ms)}`,
  });
}
