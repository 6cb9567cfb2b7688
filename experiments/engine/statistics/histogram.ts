import { intervalRanks, nearestRank } from './percentile.ts';

/** A histogram as plain JSON, to be merged into another: pairs of bucket and count, and what is kept exactly. */
export interface PlainHistogram {
  buckets: [index: number, count: number][];
  min: number;
  max: number;
  sum: number;
}

/** Buckets are as wide as their values' thousandth, or less: half of this many to each doubling. */
const subBuckets = 2048;
const halfBits = 10;
/** Values are kept in whole thousandths: microseconds, where they are milliseconds. */
const unit = 1000;

/**
 * A HDR-type histogram of values from 0 on (times in milliseconds): however many there are it stays small, percentiles are right to a
 * thousandth, and histograms of several processes add up to that of all. Minimum, maximum and mean are exact. After Gil Tene's HdrHistogram.
 */
export class Histogram {
  count = 0;
  private readonly counts = new Map<number, number>();
  private smallest = Number.POSITIVE_INFINITY;
  private largest = 0;
  private sum = 0;

  static of(plain: PlainHistogram): Histogram {
    const made = new Histogram();
    made.merge(plain);
    return made;
  }

  add(value: number): void {
    this.addTo(bucketOf(value), 1);
    this.sum += value;
    if (value < this.smallest) this.smallest = value;
    if (value > this.largest) this.largest = value;
  }

  merge({ buckets, min, max, sum }: PlainHistogram): void {
    for (const [bucket, count] of buckets) this.addTo(bucket, count);
    if (buckets.length === 0) return;
    this.sum += sum;
    this.smallest = Math.min(this.smallest, min);
    this.largest = Math.max(this.largest, max);
  }

  plain(): PlainHistogram {
    return {
      buckets: this.inOrder(),
      min: this.smallest === Number.POSITIVE_INFINITY ? 0 : this.smallest,
      max: this.largest,
      sum: this.sum,
    };
  }

  /** null without values, as the others. */
  get min(): number | null {
    return this.count === 0 ? null : this.smallest;
  }

  get max(): number | null {
    return this.count === 0 ? null : this.largest;
  }

  get mean(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }

  get total(): number {
    return this.sum;
  }

  /** The p-th percentile (0..100) by the nearest rank. */
  percentile(p: number): number | null {
    return this.count === 0 ? null : this.atRank(nearestRank(this.count, p));
  }

  /** Its 95 % confidence interval by order statistics; null where there are too few values to bound it on that side. */
  percentileInterval(p: number): { low: number | null; high: number | null } {
    const { lowRank, highRank } = intervalRanks(this.count, p / 100, 0.95);
    return { low: lowRank < 1 ? null : this.atRank(lowRank), high: highRank > this.count ? null : this.atRank(highRank) };
  }

  /** The value of that rank, from 1; the highest that its bucket stands for, so that nothing looks faster than it was. */
  private atRank(rank: number): number {
    let before = 0;
    for (const [bucket, count] of this.inOrder()) {
      before += count;
      if (before >= rank) return Math.min(this.largest, Math.max(this.smallest, highestOf(bucket)));
    }
    return this.largest;
  }

  private inOrder(): [bucket: number, count: number][] {
    return [...this.counts].sort(([a], [b]) => a - b);
  }

  private addTo(bucket: number, count: number): void {
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + count);
    this.count += count;
  }
}

function bucketOf(value: number): number {
  const units = Math.max(0, Math.round(value * unit));
  if (units < subBuckets) return units;
  const doublings = (units < 2 ** 31 ? 31 - Math.clz32(units) : Math.floor(Math.log2(units))) - halfBits;
  return doublings * (subBuckets / 2) + Math.floor(units / 2 ** doublings);
}

function highestOf(bucket: number): number {
  if (bucket < subBuckets) return bucket / unit;
  const doublings = Math.floor(bucket / (subBuckets / 2)) - 1;
  const within = bucket - doublings * (subBuckets / 2);
  return ((within + 1) * 2 ** doublings - 1) / unit;
}
