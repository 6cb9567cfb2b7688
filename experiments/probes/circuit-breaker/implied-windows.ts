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

/** More calls than any load has. */
const tooMany = 1_000_000;

/** How many calls it takes until so many in a row have failed, with this probability (0..1); each fails by itself with the share. At most a million. */
export function callsUntilRun(run: number, share: number, probability: number): number {
  if (share >= 1) return run;
  const chance = share ** run;
  // The mean of it (Feller, An Introduction to Probability Theory I, XIII.7) would be beyond all bounds.
  if ((1 - chance) / ((1 - share) * chance) > tooMany || !(share > 0)) return tooMany;
  // without[n]: the chance that n calls have no such run; one that ends with the nth begins after a call that worked, with none before.
  const without = Array.from({ length: run }, () => 1);
  without.push(1 - chance);
  for (let calls = run; ; calls += 1) {
    if (1 - (without[calls] ?? 0) >= probability) return calls;
    without.push((without[calls] ?? 0) - (1 - share) * chance * (without[calls - run] ?? 0));
  }
}
