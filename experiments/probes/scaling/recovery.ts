import type { Sample } from '../../engine/experiment.ts';
import { percentile } from '../../engine/statistics/percentile.ts';

/** Over so long a percentile is taken. */
export const recoveryWindowMs = 2000;

/**
 * From when on p95 stayed within the limit, by when requests were due, looked at in windows of 2 s: the end of the last window that was beyond
 * it. null: the last one still was, or there was none that was not; `fromMs` where all were within.
 */
export function computeRecoveryMs(samples: readonly Sample[], fromMs: number, untilMs: number, limitMs: number): number | null {
  let recoveredMs: number | null = null;
  for (let atMs = fromMs; atMs + recoveryWindowMs <= untilMs; atMs += recoveryWindowMs) {
    const latencies = samples
      .filter(({ dueMs }) => dueMs >= atMs && dueMs < atMs + recoveryWindowMs)
      .map(({ latencyMs }) => latencyMs)
      .sort((a, b) => a - b);
    const p95 = percentile(latencies, 95);
    if (p95 === null) continue;
    if (p95 > limitMs) recoveredMs = null;
    else recoveredMs ??= atMs;
  }
  return recoveredMs;
}
