import { wilsonInterval } from '../engine/statistics/wilson.ts';
import type { EndedLoad } from './load-run.ts';

const operators = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '==': (a: number, b: number) => a === b,
  '===': (a: number, b: number) => a === b,
  '!=': (a: number, b: number) => a !== b,
};

/** k6's metrics that a load of one request has; `trend` in ms. */
const kinds = {
  http_req_duration: 'trend',
  iteration_duration: 'trend',
  http_req_failed: 'rate',
  http_reqs: 'counter',
  iterations: 'counter',
  dropped_iterations: 'counter',
} as const;
type Metric = keyof typeof kinds;

/** Whose a threshold is that names no metric. */
const usual = (aggregation: string): Metric =>
  aggregation === 'rate' ? 'http_req_failed' : aggregation === 'count' ? 'http_reqs' : 'http_req_duration';

const aggregations = {
  trend: /^(avg|min|med|max|p\((\d+(\.\d+)?)\))$/,
  rate: /^rate$/,
  counter: /^(count|rate)$/,
};
const said = { trend: 'avg, min, med, max, p(95)', rate: 'rate', counter: 'count, rate' };

/** What is asked of a load, in k6's words: `p(95)<300`, `http_req_failed: rate<0.01`. */
export interface Threshold {
  /** As it was given. */
  text: string;
  metric: Metric;
  /** `p(95)`, `avg`, `rate`, … */
  aggregation: string;
  operator: keyof typeof operators;
  limit: number;
}

/** A threshold that a load was held to. */
export interface JudgedThreshold extends Threshold {
  /** In ms, requests, requests a second, or a share of 0 to 1; null where nothing was measured: then it is broken. */
  observed: number | null;
  /** 95 %; absent where the figure is none of a sample. */
  interval?: { low: number | null; high: number | null };
  holds: boolean;
}

/** A threshold that makes no sense; its message is for whoever wrote it. */
export class ThresholdError extends Error {}

/** Reads a threshold as k6 has it; the metric may be left out where it is clear. Throws a ThresholdError. */
export function parseThreshold(text: string): Threshold {
  const found = /^\s*(?:([a-z_]+)\s*:\s*)?([a-z]+(?:\([^)]*\))?)\s*(<=|>=|===|==|!=|<|>)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text);
  if (!found) throw new ThresholdError(`'${text}' is no threshold`);
  const [, named, aggregation = '', operator, limit] = found;
  const metric = (named ?? usual(aggregation)) as Metric;
  const kind = kinds[metric];
  if (!kind) throw new ThresholdError(`'${text}': there is no metric ${metric}; there are ${Object.keys(kinds).join(', ')}`);
  if (!aggregations[kind].test(aggregation)) throw new ThresholdError(`'${text}': of ${metric} there are ${said[kind]}`);
  const percent = Number(aggregation.match(/\((.*)\)/)?.[1] ?? 0);
  if (percent > 100) throw new ThresholdError(`'${text}': there is no percentile above 100`);
  return { text: text.trim(), metric, aggregation, operator: operator as Threshold['operator'], limit: Number(limit) };
}

/** Holds a load to it, by the figure alone as k6 does; the interval says how sure that is. */
export function judgeThreshold(threshold: Threshold, load: EndedLoad): JudgedThreshold {
  const { observed, interval } = observe(threshold, load);
  const holds = observed !== null && operators[threshold.operator](observed, threshold.limit);
  return { ...threshold, observed, ...(interval && { interval }), holds };
}

/** Whether what it forbids lies within the interval: another run might have come out otherwise. */
export const isClose = ({ limit, interval }: JudgedThreshold): boolean =>
  interval !== undefined && (interval.low === null || interval.low <= limit) && (interval.high === null || interval.high >= limit);

/** Whether only latencies are asked about: what a busy generator adds to. */
export const isAboutLatency = ({ metric }: Threshold): boolean => kinds[metric] === 'trend';

function observe({ metric, aggregation }: Threshold, load: EndedLoad): Pick<JudgedThreshold, 'observed' | 'interval'> {
  const { tally, sendingMs, dropped } = load;
  if (kinds[metric] === 'counter') {
    const count = metric === 'dropped_iterations' ? dropped : tally.requests;
    return { observed: aggregation === 'count' ? count : sendingMs > 0 ? (1000 * count) / sendingMs : null };
  }
  if (metric === 'http_req_failed') {
    if (tally.requests === 0) return { observed: null };
    return { observed: tally.failed / tally.requests, interval: wilsonInterval(tally.failed, tally.requests) };
  }
  const latency = tally.latency();
  if (aggregation === 'avg') return { observed: latency.mean };
  if (aggregation === 'min') return { observed: latency.min };
  if (aggregation === 'max') return { observed: latency.max };
  const p = aggregation === 'med' ? 50 : Number(aggregation.slice(2, -1));
  return { observed: latency.percentile(p), interval: latency.percentileInterval(p) };
}
