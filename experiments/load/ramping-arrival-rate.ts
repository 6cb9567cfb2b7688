import type { Ramp, Scenario } from '../engine/experiment.ts';
import { startLoader } from './loader-handle.ts';

/**
 * A load whose rate changes in stages, whatever the system does (k6's executor of that name), from a process of its own. Unlike k6's it does not
 * end with its last stage: that one's target goes on until the method is over.
 */
export function rampingArrivalRate({
  startRate,
  timeUnitMs = 1000,
  stages,
  ...scenario
}: Omit<Scenario, 'executor' | 'start' | 'rate' | 'ramp'> & Ramp): Scenario {
  const highest = Math.max(startRate, ...stages.map(({ target }) => target));
  return {
    executor: 'ramping-arrival-rate',
    rate: (highest * 1000) / timeUnitMs,
    ramp: { startRate, timeUnitMs, stages },
    ...scenario,
    start: startLoader,
  };
}
