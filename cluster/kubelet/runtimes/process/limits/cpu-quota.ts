/** The kernel's own default for containers (cpu.cfs_period_us). */
export const PERIOD_MS = 100;
/** A timer cannot be set for less. */
const SHORTEST_LOOK_MS = 1;
/** What has not used a quarter of its quota for some time is looked at so often: what it may use before it is seen is owed. */
const CALM_LOOK_MS = 50;
const CALM_AFTER_MS = 20;
const CALM_SHARE = 0.25;
/** Of what runs now the kernel counts time only at its clock ticks, of 10 ms at most; of what is stopped it has counted all. */
const UNCOUNTED_MS = 10;
/** Less than this is not worth going on for: what is left counts for the next period. */
const LEAST_BUDGET_MS = 0.2;

export interface QuotaState {
  /** CPU time left in this period; below 0 it is owed to the next. */
  budgetMs: number;
  periodStartMs: number;
  usedMs: number;
  lookedAtMs: number;
  /** Whether it may run until the next look. */
  runs: boolean;
  /** Cores that it used at a time when it last ran; 1 at least. */
  coresInUse: number;
  /** How long it has hardly used anything. */
  calmMs: number;
}

export interface QuotaDecision {
  state: QuotaState;
  lookAfterMs: number;
}

export const initialQuota = (quotaMs: number, usedMs: number, nowMs: number): QuotaState => ({
  budgetMs: quotaMs,
  periodStartMs: nowMs,
  usedMs,
  lookedAtMs: nowMs,
  runs: true,
  coresInUse: 1,
  calmMs: 0,
});

/** Whether it runs and has hardly used anything for some time. */
export const isCalm = ({ runs, calmMs }: QuotaState): boolean => runs && calmMs >= CALM_AFTER_MS;

/**
 * Whether a container may run on, by the CPU time it has used in all, as the kernel's CFS quota has it: each period of 100 ms gives it its quota,
 * what is not used is lost, what was used too much is paid back by waiting (kernel/sched/fair.c, __refill_cfs_bandwidth_runtime). `cores`: as
 * many as it could use at a time.
 */
export function decideQuota(before: QuotaState, quotaMs: number, usedMs: number, nowMs: number, cores: number): QuotaDecision {
  const periods = Math.max(0, Math.floor((nowMs - before.periodStartMs) / PERIOD_MS));
  const periodStartMs = before.periodStartMs + periods * PERIOD_MS;
  const spentMs = Math.max(0, usedMs - before.usedMs);
  const budgetMs = Math.min(quotaMs, before.budgetMs - spentMs + periods * quotaMs);
  const passedMs = Math.max(nowMs - before.lookedAtMs, SHORTEST_LOOK_MS);
  const coresInUse = before.runs ? Math.min(cores, Math.max(1, spentMs / passedMs)) : before.coresInUse;
  const calmMs = spentMs > (CALM_SHARE * quotaMs * passedMs) / PERIOD_MS ? 0 : before.calmMs + (before.runs ? passedMs : 0);
  const calm = before.runs && calmMs >= CALM_AFTER_MS;
  const uncountedMs = before.runs && !calm ? Math.min(passedMs * coresInUse, UNCOUNTED_MS) : 0;
  const runs = budgetMs - uncountedMs >= LEAST_BUDGET_MS;
  const state = { budgetMs, periodStartMs, usedMs, lookedAtMs: nowMs, runs, coresInUse, calmMs };
  if (!runs) {
    // 0 periods: what it has used is not known well enough, and is known as soon as it is stopped.
    const periodsToWait = budgetMs >= LEAST_BUDGET_MS ? 0 : Math.floor((LEAST_BUDGET_MS - budgetMs) / quotaMs) + 1;
    return { state, lookAfterMs: Math.max(0, periodStartMs + periodsToWait * PERIOD_MS - nowMs) };
  }
  const exhaustedMs = budgetMs / coresInUse;
  return { state, lookAfterMs: Math.max(SHORTEST_LOOK_MS, calm ? Math.max(exhaustedMs, CALM_LOOK_MS) : exhaustedMs) };
}
