/** How long a restart has to wait, and when that was decided; absent before the first restart. */
export interface BackOff {
  waitMs: number;
  decidedAtMs: number;
}

const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;

const isExpired = (backOff: BackOff, sinceMs: number): boolean => sinceMs - backOff.decidedAtMs > 2 * LONGEST_MS;

/**
 * Milliseconds still to wait at `nowMs`, 0 where it may go on at once. `sinceMs` is when the container ended, or for image pulls `nowMs` beside
 * a wait counted from the decision (client-go util/flowcontrol/backoff.go, IsInBackOffSince, with the kubelet's 10 s to 300 s).
 */
export function computeBackOff(backOff: BackOff | undefined, sinceMs: number, nowMs: number): number {
  if (!backOff || isExpired(backOff, sinceMs)) return 0;
  return Math.max(0, sinceMs + backOff.waitMs - nowMs);
}

/** The back-off that holds after a restart at `nowMs` of what ended at `sinceMs`: twice the former, or the first where that is long past. */
export function decideBackOff(backOff: BackOff | undefined, sinceMs: number, nowMs: number): BackOff {
  const waitMs = !backOff || isExpired(backOff, sinceMs) ? FIRST_MS : Math.min(2 * backOff.waitMs, LONGEST_MS);
  return { waitMs, decidedAtMs: nowMs };
}
