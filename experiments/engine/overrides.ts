import type { Experiment, Scenario, Step } from './experiment.ts';
import type { RunContext } from './run.ts';

/** The declared load with what this run overrides: a ramp keeps its shape, its highest rate is the one given, and it lasts as long as the waits. */
export function scenarioFor(experiment: Experiment, { rate, loadMs }: RunContext['overrides']): Scenario {
  const { load } = experiment;
  const withRate = rate === undefined ? load : { ...load, rate };
  if (!load.ramp) return withRate;
  const higher = rate === undefined ? 1 : rate / load.rate;
  const longer = loadMs === undefined ? 1 : loadMs / (waitsOf(experiment) || loadMs);
  const { startRate, stages } = load.ramp;
  const scaled = stages.map(({ target, durationMs }) => ({ target: target * higher, durationMs: Math.round(durationMs * longer) }));
  return { ...withRate, ramp: { ...load.ramp, startRate: startRate * higher, stages: scaled } };
}

/** How long the method waits in all. */
const waitsOf = ({ method }: Experiment): number => method.reduce((sum, step) => sum + (step.do === 'wait' ? step.durationMs : 0), 0);

/** The method with its waits scaled so that together they last `loadMs`, in the same proportions. */
export function methodFor(experiment: Experiment, { loadMs }: RunContext['overrides']): Step[] {
  const { method } = experiment;
  const declaredMs = waitsOf(experiment);
  if (loadMs === undefined || declaredMs === 0) return method;
  return method.map((step) => (step.do === 'wait' ? { ...step, durationMs: Math.round((step.durationMs * loadMs) / declaredMs) } : step));
}
