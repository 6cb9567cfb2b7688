import { type Implied, sumUp } from '../self-healing/implied-windows.ts';
import type { BreakerSettings } from './breaker-settings.ts';

/** In more than one of ten thousand runs it would take longer. */
const surelyBy = 0.9999;

/** What calls meet. */
export interface Calls {
  /** A second. */
  rate: number;
  /** 0..1: the share of calls that fail. */
  failingShare: number;
  /** `late`: they fail when they time out. `broken`: at once. */
  fail: 'late' | 'broken';
}

/**
 * From the bite until the breaker opens: so many calls in a row have to fail (cockatiel ConsecutiveBreaker), which one after another come at
 * the rate of the load. Where only a share fails, it takes a while until enough of them follow each other.
 */
export function implyOpening({ failures, timeoutMs }: BreakerSettings, { rate, failingShare, fail }: Calls): Implied {
  const apartMs = 1000 / rate;
  const most = callsUntilRun(failures, failingShare, surelyBy);
  const share = failingShare < 1 ? ` where ${Math.round(failingShare * 100)} % fail: ${failures} to ${most} calls` : '';
  return sumUp([
    { title: 'until the next order', lowMs: 0, highMs: apartMs },
    { title: `until ${failures} in a row have failed${share}`, lowMs: (failures - 1) * apartMs, highMs: (most - 1) * apartMs },
    ...(fail === 'late' ? [{ title: 'SYNC_TIMEOUT_MS of the last', lowMs: timeoutMs, highMs: timeoutMs }] : []),
  ]);
}

/** From when nothing is wrong any more until the breaker has closed: a call may try when the time of being open is over, and has to work. */
export function implyClosing({ halfOpenMs, timeoutMs }: BreakerSettings, { rate }: Pick<Calls, 'rate'>): Implied {
  return sumUp([
    { title: 'what is left of BREAKER_HALF_OPEN_MS', lowMs: 0, highMs: halfOpenMs },
    { title: 'until the next order', lowMs: 0, highMs: 1000 / rate },
    { title: 'the call that tries, at most SYNC_TIMEOUT_MS', lowMs: 0, highMs: timeoutMs },
  ]);
}

/** How many calls it takes until so many in a row have failed, with this probability (0..1); each fails by itself with the share. */
export function callsUntilRun(run: number, share: number, probability: number): number {
  if (!(share > 0)) return Number.POSITIVE_INFINITY;
  // Chances of having so many failures behind one another just now; what has reached the run stays there.
  let chances = [1, ...Array.from({ length: run - 1 }, () => 0)];
  let reached = 0;
  for (let calls = 1; ; calls += 1) {
    reached += (chances.at(-1) ?? 0) * share;
    const none = chances.reduce((sum, one) => sum + one, 0) * (1 - share);
    chances = [none, ...chances.slice(0, -1).map((one) => one * share)];
    if (reached >= probability) return calls;
  }
}
