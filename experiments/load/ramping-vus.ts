import type { Scenario, VURamp } from '../engine/experiment.ts';
import { startLoader } from './loader-handle.ts';

/**
 * VUs whose number changes in stages, each sending as fast as it is answered (k6's executor of that name), from a process of its own. Unlike k6's
 * it does not end with its last stage: that one's target goes on until the method is over.
 */
export function rampingVUs({
  startVUs,
  stages,
  ...scenario
}: Omit<Scenario, 'executor' | 'start' | 'rate' | 'ramp' | 'vuRamp' | 'maxVUs'> & VURamp): Scenario {
  const maxVUs = Math.max(startVUs, ...stages.map(({ target }) => target));
  return { executor: 'ramping-vus', rate: null, vuRamp: { startVUs, stages }, maxVUs, ...scenario, start: startLoader };
}
