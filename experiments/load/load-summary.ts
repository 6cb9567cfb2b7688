import type { Scenario } from '../engine/experiment.ts';
import type { Histogram } from '../engine/statistics/histogram.ts';
import { wilsonInterval } from '../engine/statistics/wilson.ts';
import type { EndedLoad } from './load-run.ts';
import { isAboutLatency, type JudgedThreshold, judgeThreshold, type Threshold } from './thresholds.ts';

type Interval = { low: number | null; high: number | null };

/** What is said of a load when it is over; `shoplab load --json` prints it. Times are in ms, counted from when each request was due. */
export interface LoadSummary {
  url: string;
  method: string;
  executor: Scenario['executor'];
  settings: Omit<Scenario, 'executor' | 'request' | 'rows' | 'start'> & {
    timeoutMs: number;
    workers: number;
    warmUpMs: number /** How many there are. */;
    rows?: number;
  };
  seed: number;
  startedAt: string;
  endedAt: string;
  /** How long requests were sent, a warm-up apart, and until the last answer. */
  sendingMs: number;
  elapsedMs: number;
  requests: number;
  /** In a second of sending. */
  requestsPerSecond: number;
  succeeded: number;
  failed: number;
  /** Share of 0 to 1 with its 95 % interval (Wilson). */
  failedShare: { value: number; low: number; high: number } | null;
  /** Answers by status; `0` is none. */
  statuses: Record<string, number>;
  /** Failures by class: refused, reset, timeout, `status 503`. */
  errors: Record<string, number>;
  /** Of the answers' bodies. */
  bytes: number;
  latencyMs: { mean: number; min: number; p50: number; p90: number; p95: number; p99: number; max: number } | null;
  /** 95 %, by order statistics; null on a side that the sample does not bound. */
  latencyIntervalsMs: Record<'p50' | 'p90' | 'p95' | 'p99', Interval> | null;
  /** How late requests left; null in a closed model, which has no times to keep. */
  latenessMs: { p50: number; p99: number; max: number } | null;
  dropped: number;
  saturated: string | null;
  busyLoader: string | null;
  thresholds: JudgedThreshold[];
  outcome: 'passed' | 'failed' | 'inconclusive';
  /** Why, in a sentence. */
  reason: string;
  /** The signal that ended it early. */
  interrupted: string | null;
  /** For each second in which requests were due. */
  series: { second: number; requests: number; failed: number; p50: number | null; p95: number | null; p99: number | null }[];
}

export interface Summarized {
  scenario: Omit<Scenario, 'start'>;
  url: string;
  seed: number;
  workers: number;
  warmUpMs: number;
  thresholds: Threshold[];
  interrupted: string | null;
}

/** Says what came of a load, and whether it kept its thresholds. */
export function summarizeLoad(
  load: EndedLoad,
  { scenario, url, seed, workers, warmUpMs, thresholds, interrupted }: Summarized,
): LoadSummary {
  const { tally, sendingMs } = load;
  const { executor, request, rows, ...settings } = scenario;
  const { requests, failed, lateness } = tally;
  const latency = tally.latency();
  const judged = thresholds.map((threshold) => judgeThreshold(threshold, load));
  return {
    url,
    method: request.method,
    executor,
    settings: { ...settings, timeoutMs: request.timeoutMs, workers, warmUpMs, ...(rows && { rows: rows.length }) },
    seed,
    startedAt: load.startedAt,
    endedAt: load.endedAt,
    sendingMs: round(sendingMs),
    elapsedMs: round(load.elapsedMs),
    requests,
    requestsPerSecond: sendingMs > 0 ? round((1000 * requests) / sendingMs) : 0,
    succeeded: requests - failed,
    failed,
    failedShare: requests === 0 ? null : { value: failed / requests, ...wilsonInterval(failed, requests) },
    statuses: tally.statuses,
    errors: tally.errors,
    bytes: tally.bytes,
    latencyMs:
      requests === 0 ? null : { mean: known(latency.mean), min: known(latency.min), ...percentiles(latency), max: known(latency.max) },
    latencyIntervalsMs:
      requests === 0 ? null : { p50: span(latency, 50), p90: span(latency, 90), p95: span(latency, 95), p99: span(latency, 99) },
    latenessMs:
      requests === 0 || scenario.rate === null ? null : { p50: at(lateness, 50), p99: at(lateness, 99), max: known(lateness.max) },
    dropped: load.dropped,
    saturated: load.saturated,
    busyLoader: load.busyLoader,
    thresholds: judged,
    ...decideOutcome(load, judged),
    interrupted,
    series: [...tally.seconds]
      .sort(([a], [b]) => a - b)
      .map(([second, one]) => ({
        second,
        requests: one.requests,
        failed: one.failed,
        p50: round(one.latency.percentile(50)),
        p95: round(one.latency.percentile(95)),
        p99: round(one.latency.percentile(99)),
      })),
  };
}

/** Passed only where something was measured, by the load that was asked for. */
function decideOutcome(load: EndedLoad, thresholds: JudgedThreshold[]): Pick<LoadSummary, 'outcome' | 'reason'> {
  const { tally, saturated, busyLoader } = load;
  const broken = thresholds.filter(({ holds }) => !holds);
  const says = (outcome: LoadSummary['outcome'], reason: string) => ({ outcome, reason });
  if (tally.requests === 0) return says('inconclusive', 'no request was sent, so nothing was measured');
  if (tally.statuses[0] === tally.requests) {
    const classes = Object.entries(tally.errors).map(([name, count]) => `${name} ${count} times`);
    return says('inconclusive', `no answer came, so nothing was measured: ${classes.join(', ')}`);
  }
  if (saturated !== null) return says('inconclusive', `it was not the load that was asked for: ${saturated}`);
  if (busyLoader !== null && broken.length > 0 && broken.every(isAboutLatency))
    return says('inconclusive', `${broken.map(({ text }) => text).join(', ')} did not hold, but ${busyLoader}`);
  if (broken.length > 0)
    return says('failed', `${broken.length} of ${thresholds.length} thresholds did not hold: ${broken.map(({ text }) => text).join(', ')}`);
  if (thresholds.length === 0) return says('passed', 'no threshold was set, so nothing was asked of it');
  return says('passed', thresholds.length === 1 ? 'the threshold held' : `all ${thresholds.length} thresholds held`);
}

const percentiles = (latency: Histogram) => ({ p50: at(latency, 50), p90: at(latency, 90), p95: at(latency, 95), p99: at(latency, 99) });
const at = (histogram: Histogram, p: number): number => known(histogram.percentile(p));
const span = (histogram: Histogram, p: number): Interval => {
  const { low, high } = histogram.percentileInterval(p);
  return { low: round(low), high: round(high) };
};
const known = (value: number | null): number => round(value) ?? 0;
function round(value: number): number;
function round(value: number | null): number | null;
function round(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}
