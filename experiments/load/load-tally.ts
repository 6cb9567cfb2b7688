import type { Sample } from '../engine/experiment.ts';
import { Histogram, type PlainHistogram } from '../engine/statistics/histogram.ts';

/** Requests that were due in one second. */
export interface Second {
  requests: number;
  failed: number;
  latency: Histogram;
}

/** Latencies of which only this is asked, in ms. */
export interface Sum {
  count: number;
  total: number;
  min: number;
  max: number;
}

/** A tally as plain JSON. */
export interface PlainTally {
  requests: number;
  failed: number;
  bytes: number;
  statuses: Record<string, number>;
  errors: Record<string, number>;
  lateness: PlainHistogram;
  succeeded: Sum;
  seconds: [second: number, { requests: number; failed: number; latency: PlainHistogram }][];
}

/**
 * What is kept of a load's requests where there are too many to keep each: counts, histograms, and a line for every second. Those of several
 * processes add up.
 */
export class LoadTally {
  requests = 0;
  failed = 0;
  /** Of the answers' bodies. */
  bytes = 0;
  /** Answers by status; `0` is none. */
  readonly statuses: Record<string, number> = {};
  /** Failures by class: refused, reset, timeout, `status 503`. */
  readonly errors: Record<string, number> = {};
  /** How late they left, in ms; those of a closed model never are, and are not in it. */
  readonly lateness = new Histogram();
  /** Latency of those that succeeded. */
  readonly succeeded: Sum = { count: 0, total: 0, min: Number.MAX_VALUE, max: 0 };
  /** By the second in which they were due. */
  readonly seconds = new Map<number, Second>();

  add({ dueMs, lateMs, latencyMs, status, error }: Sample, bytes: number): void {
    const second = this.second(Math.floor(dueMs / 1000));
    this.requests += 1;
    this.bytes += bytes;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if (lateMs > 0) this.lateness.add(lateMs);
    second.requests += 1;
    second.latency.add(latencyMs);
    if (error === '') {
      addSum(this.succeeded, { count: 1, total: latencyMs, min: latencyMs, max: latencyMs });
      return;
    }
    this.failed += 1;
    second.failed += 1;
    this.errors[error] = (this.errors[error] ?? 0) + 1;
  }

  merge({ requests, failed, bytes, statuses, errors, lateness, succeeded, seconds }: PlainTally): void {
    this.requests += requests;
    this.failed += failed;
    this.bytes += bytes;
    addCounts(this.statuses, statuses);
    addCounts(this.errors, errors);
    this.lateness.merge(lateness);
    addSum(this.succeeded, succeeded);
    for (const [at, more] of seconds) {
      const second = this.second(at);
      second.requests += more.requests;
      second.failed += more.failed;
      second.latency.merge(more.latency);
    }
  }

  /** Latency of all, in ms, from when they were due; made when it is asked for. */
  latency(): Histogram {
    const all = new Histogram();
    for (const { latency } of this.seconds.values()) all.merge(latency.plain());
    return all;
  }

  plain(): PlainTally {
    const { requests, failed, bytes, statuses, errors } = this;
    return {
      ...{ requests, failed, bytes, statuses, errors },
      lateness: this.lateness.plain(),
      succeeded: { ...this.succeeded },
      seconds: [...this.seconds].map(([at, second]) => [at, { ...second, latency: second.latency.plain() }]),
    };
  }

  private second(at: number): Second {
    const there = this.seconds.get(at);
    if (there) return there;
    const made = { requests: 0, failed: 0, latency: new Histogram() };
    this.seconds.set(at, made);
    return made;
  }
}

function addCounts(to: Record<string, number>, more: Record<string, number>): void {
  for (const [name, count] of Object.entries(more)) to[name] = (to[name] ?? 0) + count;
}

function addSum(to: Sum, more: Sum): void {
  to.count += more.count;
  to.total += more.total;
  if (more.min < to.min) to.min = more.min;
  if (more.max > to.max) to.max = more.max;
}
