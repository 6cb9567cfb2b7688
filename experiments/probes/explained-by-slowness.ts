import type { Sample } from '../engine/experiment.ts';

/**
 * The failed requests that a slow machine could explain: those that timed out; and those that were refused or reset from then on, as a Pod that does
 * not answer its probes in time is taken out of its Service, or restarted. A status is an answer, and no machine makes it another one.
 */
export function explainedBySlowness(failed: readonly Sample[]): Sample[] {
  const slowFromMs = failed.reduce(
    (first, { error, dueMs }) => (error === 'timeout' ? Math.min(first, dueMs) : first),
    Number.POSITIVE_INFINITY,
  );
  return failed.filter(
    ({ error, dueMs, latencyMs }) => error === 'timeout' || (['refused', 'reset'].includes(error) && dueMs + latencyMs >= slowFromMs),
  );
}
