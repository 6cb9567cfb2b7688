import type { LoadOptions, Sample } from '../engine/experiment.ts';
import type { LoadRecord } from '../engine/journal.ts';
import { percentile, percentileInterval } from '../engine/statistics/percentile.ts';
import { decideBusy, saturationOf } from './saturation.ts';

export interface LoadSeen {
  scenario: LoadOptions['scenario'];
  samples: readonly Sample[];
  startedAt: string;
  endedAt: string;
  droppedBusy: number;
  droppedLate: number;
  /** The share of its time, 0 to 1, in which the generator was at work. */
  utilization: number;
}

/** A load generator's account of itself, from its samples. */
export function computeLoadRecord({ scenario, samples, startedAt, endedAt, droppedBusy, droppedLate, utilization }: LoadSeen): LoadRecord {
  const { executor, request, rows: _, ...settings } = scenario;
  const latencies = samples.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  const lateness = samples.map(({ lateMs }) => lateMs).sort((a, b) => a - b);
  const at = (sorted: number[], p: number): number => round(percentile(sorted, p) ?? 0);
  const within = (sorted: number[], p: number): { low: number | null; high: number | null } => {
    const { low, high } = percentileInterval(sorted, p);
    return { low: low === null ? null : round(low), high: high === null ? null : round(high) };
  };
  const errors: Record<string, number> = {};
  for (const { error } of samples) if (error !== '') errors[error] = (errors[error] ?? 0) + 1;
  const some = samples.length > 0;
  return {
    scenario: `${request.method} ${request.service}${request.path}`,
    executor,
    settings: {
      ...settings,
      timeoutMs: request.timeoutMs,
      port: request.port,
      bodies: request.text === undefined ? (request.bodies ?? (request.body === undefined ? [] : [request.body])) : [request.text],
    },
    startedAt,
    endedAt,
    requests: samples.length,
    succeeded: samples.filter(({ error }) => error === '').length,
    errors,
    latencyMs: some
      ? {
          p50: at(latencies, 50),
          p90: at(latencies, 90),
          p95: at(latencies, 95),
          p99: at(latencies, 99),
          max: at(latencies, 100),
          mean: round(latencies.reduce((sum, one) => sum + one, 0) / latencies.length),
        }
      : null,
    ...(some && { latencyIntervalsMs: { p50: within(latencies, 50), p95: within(latencies, 95), p99: within(latencies, 99) } }),
    latenessMs: some ? { p50: at(lateness, 50), p99: at(lateness, 99), max: at(lateness, 100) } : null,
    dropped: droppedBusy + droppedLate,
    // An open load of a busy generator comes late, and is judged by that.
    saturated:
      scenario.rate === null
        ? decideBusy(utilization)
        : saturationOf(scenario, { latenessP99Ms: percentile(lateness, 99), droppedBusy, droppedLate }),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
