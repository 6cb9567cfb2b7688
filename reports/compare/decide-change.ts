import { type Counted, newcombeInterval } from '../../experiments/engine/statistics/newcombe.ts';

/** Which way is good: more, less, or neither. */
export type Direction = 'up' | 'down' | 'none';

/** `changed`: beyond chance, but neither way is better. `within chance`: the difference may be none. `unknown`: nothing says how sure it is. */
export type Change = 'better' | 'worse' | 'changed' | 'within chance' | 'unknown';

export interface Decision {
  change: Change;
  /** Why, in a sentence with its numbers. */
  message: string;
}

export interface Bounds {
  low: number | null;
  high: number | null;
}

const percent = (share: number): string => `${share > 0 ? '+' : ''}${(share * 100).toFixed(2)}`;

/** Two rates: changed where Newcombe's 95 % interval of their difference leaves out 0. */
export function decideRateChange(a: Counted, b: Counted, direction: Direction): Decision {
  if (a.total === 0 || b.total === 0) return { change: 'unknown', message: 'nothing was counted on one side' };
  const { difference, lower, upper } = newcombeInterval(a, b);
  const sure = lower > 0 || upper < 0;
  const message = `difference ${percent(difference)} points, 95 % interval ${percent(lower)} to ${percent(upper)} (Newcombe)`;
  return { change: sure ? way(difference, direction) : 'within chance', message };
}

/** Two percentiles: changed where their intervals have nothing in common. A bound that is not known is as far away as can be. */
export function decidePercentileChange(a: Bounds, b: Bounds, direction: Direction): Decision {
  const [above, below] = [
    (b.low ?? Number.NEGATIVE_INFINITY) > (a.high ?? Infinity),
    (b.high ?? Infinity) < (a.low ?? Number.NEGATIVE_INFINITY),
  ];
  if (!above && !below) return { change: 'within chance', message: 'the 95 % intervals overlap' };
  return { change: way(above ? 1 : -1, direction), message: 'the 95 % intervals have nothing in common' };
}

const way = (difference: number, direction: Direction): Change =>
  direction === 'none' ? 'changed' : difference > 0 === (direction === 'up') ? 'better' : 'worse';
