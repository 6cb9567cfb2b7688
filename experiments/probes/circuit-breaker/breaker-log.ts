import { setTimeout as pause } from 'node:timers/promises';
import type { Gauge, Lab } from '../../engine/experiment.ts';
import { type BreakerReading, readBreaker } from './breaker-reading.ts';
import { readBreakerSettings } from './breaker-settings.ts';
import { tellUnrest } from './breaker-story.ts';

const levels = ['closed', 'half-open', 'open'];
/** How often order is asked: no change is seen later than this. */
export const lookEveryMs = 100;

/** Everything that order's metrics said of its breaker while a variant ran. The service is `order`, its port 8081. */
export class BreakerLog {
  private static readonly byLab = new WeakMap<Lab, BreakerLog>();
  /** In the order in which they were asked for. */
  readonly readings: BreakerReading[] = [];
  private readonly lab: Lab;
  private asked = 0;
  /** Which of those asked for was the last to be answered. */
  private answered = 0;

  private constructor(lab: Lab) {
    this.lab = lab;
  }

  /** The one of this lab. */
  static of(lab: Lab): BreakerLog {
    const log = BreakerLog.byLab.get(lab) ?? new BreakerLog(lab);
    BreakerLog.byLab.set(lab, log);
    return log;
  }

  /** Asks once more. Rejects where order does not answer. An answer that others have overtaken is not kept. */
  async look(): Promise<BreakerReading> {
    this.asked += 1;
    const number = this.asked;
    const { status, body } = await this.lab.http('order', 8081, 'GET', '/metrics');
    if (status !== 200) throw new Error(`GET order/metrics answered ${status}`);
    const reading = readBreaker(String(body), this.lab.elapsedMs());
    if (number > this.answered) {
      this.answered = number;
      this.readings.push(reading);
    }
    return reading;
  }

  /**
   * Asks once more, and waits no longer than until the next look: a connection whose first packet is lost takes a second, in which the others see
   * what it would have. Undefined where the answer comes later.
   */
  async glance(): Promise<BreakerReading | undefined> {
    return Promise.race([this.look(), pause(lookEveryMs, undefined, { signal: this.lab.signal })]);
  }
}

/** Lines of the breaker: its state, calls to delivery without an outcome, and what was short-circuited. The first one asks for all. */
export function breakerGauges(): Gauge[] {
  const line = (id: string, title: string, unit: string, value: (reading: BreakerReading) => number): Gauge => ({
    id,
    title,
    unit,
    everyMs: 2 * lookEveryMs,
    async read(lab) {
      const last = BreakerLog.of(lab).readings.at(-1);
      return last ? value(last) : null;
    },
  });
  return [
    {
      id: 'breaker-state',
      title: 'breaker of order',
      unit: 'state',
      levels,
      everyMs: lookEveryMs,
      async read(lab) {
        const reading = await BreakerLog.of(lab).glance();
        const level = reading ? levels.indexOf(reading.state) : -1;
        return level < 0 ? null : level;
      },
    },
    line('delivery-calls', 'calls to delivery without an outcome', 'calls', ({ inFlight }) => inFlight),
    line('short-circuited', 'calls that the breaker spared delivery', 'calls', ({ shortCircuited }) => shortCircuited),
  ];
}

/** To be awaited before a fault, under load: whether calls have worked for a second, by a breaker that is closed or off. */
export async function untilCalm(lab: Lab): Promise<{ done: boolean; observed: string }> {
  const log = BreakerLog.of(lab);
  const { failures } = await readBreakerSettings(lab);
  await log.look();
  const unrest = tellUnrest(log.readings, lab.elapsedMs(), failures);
  return { done: unrest === undefined, observed: unrest ?? 'no call failed, none waited' };
}

/** To be awaited: whether the breaker is closed. */
export async function untilClosed(lab: Lab): Promise<{ done: boolean; observed: string }> {
  const { state } = await BreakerLog.of(lab).look();
  return { done: state === 'closed', observed: `the breaker is ${state}` };
}
