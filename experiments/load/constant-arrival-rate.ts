import type { Scenario } from '../engine/experiment.ts';
import { startLoader } from './loader-handle.ts';

/** A load that comes at its rate whatever the system does (k6's executor of that name), from a process of its own. */
export function constantArrivalRate(scenario: Omit<Scenario, 'executor' | 'start'>): Scenario {
  return { executor: 'constant-arrival-rate', ...scenario, start: startLoader };
}
