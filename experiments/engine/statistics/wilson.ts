/** Two-sided 95 % of the normal distribution. */
export const z95 = 1.959963984540054;

/**
 * Wilson's score interval for a rate: what a sample says of the rate behind it, also where all or none of the trials succeeded. Bounds are
 * 0..1; without a trial nothing is known. E. B. Wilson, JASA 22 (1927) 209; Newcombe, Statist. Med. 17 (1998) 857, method 3.
 */
export function wilsonInterval(successes: number, trials: number, z = z95): { low: number; high: number } {
  if (!(successes >= 0 && trials >= successes)) throw new RangeError(`${successes} of ${trials} is not a rate`);
  if (trials === 0) return { low: 0, high: 1 };
  const rate = successes / trials;
  const zz = z * z;
  const middle = rate + zz / (2 * trials);
  const half = z * Math.sqrt((rate * (1 - rate)) / trials + zz / (4 * trials * trials));
  const scale = 1 + zz / trials;
  // Exact at the ends, where rounding would leave 1e-17.
  return {
    low: successes === 0 ? 0 : Math.max(0, (middle - half) / scale),
    high: successes === trials ? 1 : Math.min(1, (middle + half) / scale),
  };
}

/**
 * How many trials it takes so that, with so many failures among them, the interval's lower bound reaches the threshold (0..1):
 * 99.9 % takes 3,838 clean ones. Infinity for a threshold of 1, which no sample proves.
 */
export function trialsRequired(threshold: number, failures = 0, z = z95): number {
  if (threshold >= 1) return Number.POSITIVE_INFINITY;
  if (threshold <= 0) return Math.max(1, failures);
  const reaches = (trials: number): boolean => wilsonInterval(trials - failures, trials, z).low >= threshold;
  let enough = Math.max(1, failures);
  while (!reaches(enough)) enough *= 2;
  let tooFew = Math.floor(enough / 2);
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (middle >= failures && reaches(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
