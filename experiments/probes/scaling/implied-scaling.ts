import { type Implied, sumUp } from '../self-healing/implied-windows.ts';
import { recoveryWindowMs } from './recovery.ts';

const upTo = (title: string, highMs: number, lowMs = 0) => ({ title, lowMs, highMs });
const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

export interface Periods {
  /** How often the autoscaler looks. */
  syncMs: number;
  /** How often usage is measured: the time that a figure is the mean of. */
  metricsMs: number;
}

/** From the rise of the load until the autoscaler decides: a figure may be old by one window, and the first may be partly of the time before. */
export const implyDecision = ({ syncMs, metricsMs }: Periods, risingMs: number): Implied =>
  sumUp([
    upTo('the load rises', risingMs),
    upTo(`until a metrics window lies wholly under load: 2 x ${seconds(metricsMs)}`, 2 * metricsMs),
    upTo('until the next sync, at most the sync period', syncMs),
  ]);

/** From the decision until the new Pods are Ready. `startMs`: as long as the first Pod took, with its database starting beside it. */
export const implyReady = (periods: { startMs: number; startupPeriodMs: number; readinessPeriodMs: number }): Implied =>
  sumUp([
    upTo('the program starts, as the first Pod did', periods.startMs),
    upTo('startupProbe.periodSeconds', periods.startupPeriodMs),
    upTo('readinessProbe.periodSeconds', periods.readinessPeriodMs),
  ]);

export interface Backlog {
  /** Requests that are due and not answered when the new Pods are Ready: all wait at the Pods that were there before. */
  waiting: number;
  /** What those answer in a second when they are busy. */
  answeredPerSecond: number;
  /** What is due in a second, and the share of it that still goes to them. */
  rate: number;
  share: number;
}

/**
 * From the new Pods' Ready until p95 is back: the Pods that were there before work off what waits, beside their share of what comes. That
 * share is a mean: it may be half as much again for a while. undefined: they have nothing left for what waits, so no time is implied.
 */
export function implyRecovery({ waiting, answeredPerSecond, rate, share }: Backlog): Implied | undefined {
  const spare = answeredPerSecond - 1.5 * share * rate;
  if (spare <= 0) return undefined;
  return sumUp([
    upTo(`${waiting} requests that wait are worked off, ${Math.round(spare * 10) / 10} a second`, (waiting / spare) * 1000),
    upTo('p95 is taken over 2 s: the window in which it ends, and the next', 2 * recoveryWindowMs),
  ]);
}

/**
 * From the fall of the load until the last decision downwards: the highest recommendation of the stabilization window counts, and it may have
 * been made just before the fall. Each further step takes new metrics and a window more.
 */
export function implyScaleDown(
  { syncMs, metricsMs, stabilizationMs }: Periods & { stabilizationMs: number },
  fallingMs: number,
  steps: number,
): Implied {
  const further = Math.max(0, steps - 1);
  return sumUp([
    upTo('the load falls', fallingMs),
    upTo(`until a metrics window lies wholly behind it: 2 x ${seconds(metricsMs)}`, 2 * metricsMs),
    upTo(
      `the last high recommendation leaves the stabilization window of ${seconds(stabilizationMs)}`,
      stabilizationMs + syncMs,
      Math.max(0, stabilizationMs - syncMs),
    ),
    upTo('until the next sync, at most the sync period', syncMs),
    ...(further > 0
      ? [
          upTo(
            `${further} further step${further === 1 ? '' : 's'}, each with metrics, stabilization and sync`,
            further * (metricsMs + stabilizationMs + 2 * syncMs),
          ),
        ]
      : []),
  ]);
}
