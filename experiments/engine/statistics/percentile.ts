/** The p-th percentile (0..100) of values in rising order, by the nearest rank; null without values. */
export function percentile(sorted: readonly number[], p: number): number | null {
  return sorted[nearestRank(sorted.length, p) - 1] ?? null;
}

/** The rank of the p-th percentile (0..100) among so many, from 1. Rounding must not lift it: 99.9 % of 1000 are 999. */
export const nearestRank = (count: number, p: number): number => Math.max(1, Math.ceil((p / 100) * count - 1e-9));

/**
 * Confidence interval of a percentile by order statistics: no distribution is assumed. `low` and `high` are values of the sample whose ranks
 * enclose the percentile with at least this confidence; null where the sample is too small to bound it on that side. `coverage` is what the
 * ranks truly give. David & Nagaraja, Order Statistics, 7.1.
 */
export function percentileInterval(
  sorted: readonly number[],
  p: number,
  confidence = 0.95,
): { low: number | null; high: number | null; coverage: number } {
  const { lowRank, highRank, coverage } = intervalRanks(sorted.length, p / 100, confidence);
  return { low: sorted[lowRank - 1] ?? null, high: sorted[highRank - 1] ?? null, coverage };
}

/** Ranks from 1; 0 and n + 1 stand for no bound. Each tail gets at most half of what the confidence leaves. */
export function intervalRanks(n: number, q: number, confidence: number): { lowRank: number; highRank: number; coverage: number } {
  const tail = (1 - confidence) / 2;
  let lowRank = 0;
  let highRank = n + 1;
  let below = 0; // P(fewer than k of the sample lie below the quantile)
  let lowTail = 0;
  let highTail = 0;
  for (let k = 0; k <= n; k += 1) {
    below += binomial(n, k, q);
    // The quantile is under the value of rank r where fewer than r values lie below it.
    if (below <= tail) {
      lowRank = k + 1;
      lowTail = below;
    }
    if (1 - below <= tail) {
      highRank = k + 1;
      highTail = 1 - below;
      break;
    }
  }
  return { lowRank, highRank, coverage: n === 0 ? 0 : 1 - lowTail - (highRank > n ? 0 : highTail) };
}

const binomial = (n: number, k: number, q: number): number =>
  q <= 0 || q >= 1
    ? Number(k === (q <= 0 ? 0 : n))
    : Math.exp(logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(q) + (n - k) * Math.log1p(-q));

const logFactorials: number[] = [0];
function logFactorial(n: number): number {
  for (let k = logFactorials.length; k <= n; k += 1) logFactorials.push((logFactorials[k - 1] ?? 0) + Math.log(k));
  return logFactorials[n] ?? 0;
}
