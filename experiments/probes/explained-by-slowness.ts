import type { Sample } from '../engine/experiment.ts';

/**
 * The failed requests that a slow machine could explain: those that timed out; and where some did, those that were refused or reset as well, as a Pod
 * that does not answer its probes in time is taken out of its Service, or restarted. A status is an answer, and no machine makes it another one.
 */
export function explainedBySlowness(failed: readonly Sample[]): Sample[] {
  const kinds = failed.some(({ error }) => error === 'timeout') ? ['timeout', 'refused', 'reset'] : [];
  return failed.filter(({ error }) => kinds.includes(error));
}
