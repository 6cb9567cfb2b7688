import type { Sample } from './experiment.ts';
import type { LoadRecord, Series } from './journal.ts';
import { percentile } from './statistics/percentile.ts';

const bucketMs = 1000;

/** Requests, errors and p95 for each second, by when requests were due. */
export function loadSeries(samples: readonly Sample[]): Series[] {
  const last = samples.reduce((latest, { dueMs }) => Math.max(latest, dueMs), 0);
  const first = samples.reduce((earliest, { dueMs }) => Math.min(earliest, dueMs), Number.POSITIVE_INFINITY);
  const buckets = new Map<number, Sample[]>();
  for (const sample of samples) {
    const at = Math.floor(sample.dueMs / bucketMs);
    const bucket = buckets.get(at) ?? [];
    buckets.set(at, bucket);
    bucket.push(sample);
  }
  const line = (id: string, title: string, unit: string, value: (bucket: Sample[]) => number | null): Series => {
    const points: Series['points'] = [];
    for (let at = Math.floor(first / bucketMs); at <= Math.floor(last / bucketMs); at += 1)
      points.push([at * bucketMs, value(buckets.get(at) ?? [])]);
    return { id, title, unit, points: samples.length === 0 ? [] : points };
  };
  const p95 = (bucket: Sample[]): number | null =>
    percentile(
      bucket.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b),
      95,
    );
  return [
    line('throughput', 'Requests', 'requests/s', (bucket) => bucket.length),
    line('errors', 'Errors', 'requests/s', (bucket) => bucket.filter(({ error }) => error !== '').length),
    line('p95', 'Latency p95', 'ms', p95),
  ];
}

/** The figures of a load from its samples. */
export function summarize(samples: readonly Sample[]): Pick<LoadRecord, 'requests' | 'succeeded' | 'errors' | 'latencyMs' | 'latenessMs'> {
  const errors: Record<string, number> = {};
  for (const { error } of samples) if (error) errors[error] = (errors[error] ?? 0) + 1;
  const sorted = (pick: (sample: Sample) => number): number[] => samples.map(pick).sort((a, b) => a - b);
  const latencies = sorted(({ latencyMs }) => latencyMs);
  const lateness = sorted(({ lateMs }) => lateMs);
  const at = (values: number[], p: number): number => round(percentile(values, p) ?? 0);
  return {
    requests: samples.length,
    succeeded: samples.filter(({ error }) => error === '').length,
    errors,
    latencyMs:
      latencies.length === 0
        ? null
        : {
            p50: at(latencies, 50),
            p90: at(latencies, 90),
            p95: at(latencies, 95),
            p99: at(latencies, 99),
            max: at(latencies, 100),
            mean: round(latencies.reduce((sum, value) => sum + value, 0) / latencies.length),
          },
    latenessMs: lateness.length === 0 ? null : { p50: at(lateness, 50), p99: at(lateness, 99), max: at(lateness, 100) },
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
