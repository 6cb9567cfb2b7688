import { wilsonInterval, z95 } from './wilson.ts';

/** A rate as it was counted. */
export interface Counted {
  successes: number;
  total: number;
}

/**
 * Interval for the difference of two independent rates, b - a, from their Wilson intervals: it holds its confidence also where a rate is 0
 * or 1. Without a trial on either side nothing is known of that side. Newcombe, Statist. Med. 17 (1998) 873, method 10.
 */
export function newcombeInterval(a: Counted, b: Counted, confidence = 0.95): { difference: number; lower: number; upper: number } {
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const [rateA, rateB] = [rateOf(a), rateOf(b)];
  const [withinA, withinB] = [wilsonInterval(a.successes, a.total, z), wilsonInterval(b.successes, b.total, z)];
  const difference = rateB - rateA;
  return {
    difference,
    lower: Math.max(-1, difference - Math.hypot(rateB - withinB.low, withinA.high - rateA)),
    upper: Math.min(1, difference + Math.hypot(withinB.high - rateB, rateA - withinA.low)),
  };
}

/** Half where nothing was counted: its interval is then all from 0 to 1. */
const rateOf = ({ successes, total }: Counted): number => (total === 0 ? 0.5 : successes / total);

/** The quantile of the normal distribution, by halving: confidence levels are few, and exact to 1e-12 is more than enough. */
function normalQuantile(p: number): number {
  if (Math.abs(p - 0.975) < 1e-12) return z95;
  let [low, high] = [-10, 10];
  for (let n = 0; n < 60; n += 1) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Abramowitz and Stegun, 26.2.17: to 7.5e-8. */
function normalBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const beyond = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x >= 0 ? 1 - beyond : beyond;
}
