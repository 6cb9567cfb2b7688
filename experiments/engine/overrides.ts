import type { Experiment, Scenario, Step } from './experiment.ts';
import type { RunContext } from './run.ts';

/** The declared load with what this run overrides. */
export function scenarioFor({ load }: Experiment, { rate }: RunContext['overrides']): Scenario {
  return rate === undefined ? load : { ...load, rate };
}

/** The method with its waits scaled so that together they last `loadMs`, in the same proportions. */
export function methodFor({ method }: Experiment, { loadMs }: RunContext['overrides']): Step[] {
  const declaredMs = method.reduce((sum, step) => sum + (step.do === 'wait' ? step.durationMs : 0), 0);
  if (loadMs === undefined || declaredMs === 0) return method;
  return method.map((step) => (step.do === 'wait' ? { ...step, durationMs: Math.round((step.durationMs * loadMs) / declaredMs) } : step));
}
