import type { Scenario } from '../engine/experiment.ts';
import { startLoader } from './loader-handle.ts';

/** So many VUs that send as fast as they are answered (k6's executor of that name), from a process of its own. */
export function constantVUs({
  vus,
  ...scenario
}: Omit<Scenario, 'executor' | 'start' | 'rate' | 'ramp' | 'vuRamp' | 'maxVUs'> & { vus: number }): Scenario {
  return { executor: 'constant-vus', rate: null, maxVUs: vus, ...scenario, start: startLoader };
}
