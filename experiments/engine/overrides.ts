import type { Experiment, Scenario, Stage, Step } from './experiment.ts';
import type { RunContext } from './run.ts';

/**
 * The declared load with what this run overrides: a ramp keeps its shape, its highest rate is the one given, and it lasts as long as the waits.
 * Connections that take turns become as many more or fewer as the rate: each is used as often as declared, so that none is idle so long that its
 * Pod lets it go.
 */
export function scenarioFor(experiment: Experiment, { rate, loadMs }: RunContext['overrides']): Scenario {
  const { load } = experiment;
  const longer = loadMs === undefined ? 1 : loadMs / (waitsOf(experiment.method) || loadMs);
  if (load.vuRamp) return { ...load, vuRamp: { ...load.vuRamp, stages: load.vuRamp.stages.map((stage) => lengthened(stage, longer)) } };
  // VUs have no rate that could be another one.
  if (load.rate === null) return load;
  const higher = rate === undefined ? 1 : rate / load.rate;
  const { connections } = load;
  const withRate = {
    ...load,
    rate: rate ?? load.rate,
    ...(connections !== undefined && { connections: Math.max(1, Math.round(connections * higher)) }),
  };
  if (!load.ramp) return withRate;
  const { startRate, stages } = load.ramp;
  const scaled = stages.map((stage) => lengthened({ ...stage, target: stage.target * higher }, longer));
  return { ...withRate, ramp: { ...load.ramp, startRate: startRate * higher, stages: scaled } };
}

const lengthened = (stage: Stage, times: number): Stage => ({ ...stage, durationMs: Math.round(stage.durationMs * times) });

/** How long steps of a method wait in all, in ms. */
export const waitsOf = (steps: readonly Step[]): number => steps.reduce((sum, step) => sum + (step.do === 'wait' ? step.durationMs : 0), 0);

/** The method with its waits scaled so that together they last `loadMs`, in the same proportions. */
export function methodFor(experiment: Experiment, { loadMs }: RunContext['overrides']): Step[] {
  const { method } = experiment;
  const declaredMs = waitsOf(method);
  if (loadMs === undefined || declaredMs === 0) return method;
  return method.map((step) => (step.do === 'wait' ? { ...step, durationMs: Math.round((step.durationMs * loadMs) / declaredMs) } : step));
}
