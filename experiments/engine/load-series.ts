import type { Sample } from './experiment.ts';
import type { Series } from './journal.ts';
import { percentile } from './statistics/percentile.ts';

/** Throughput, errors and p95 for each second in which requests were due; seconds in between without any are 0, their latency a gap. */
export function computeLoadSeries(samples: readonly Sample[]): Series[] {
  const seconds = new Map<number, Sample[]>();
  for (const sample of samples) {
    const second = Math.floor(sample.dueMs / 1000);
    const there = seconds.get(second);
    if (there) there.push(sample);
    else seconds.set(second, [sample]);
  }
  if (seconds.size === 0) return [];
  const first = Math.min(...seconds.keys());
  const last = Math.max(...seconds.keys());
  const line = (id: string, title: string, unit: string, value: (inIt: Sample[]) => number | null): Series => ({
    id,
    title,
    unit,
    points: Array.from({ length: last - first + 1 }, (_, index) => [(first + index) * 1000, value(seconds.get(first + index) ?? [])]),
  });
  return [
    line('throughput', 'requests', 'requests/s', (inIt) => inIt.length),
    line('errors', 'failed requests', 'requests/s', (inIt) => inIt.filter(({ error }) => error !== '').length),
    line('latency-p95', 'latency, p95', 'ms', (inIt) =>
      percentile(
        inIt.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b),
        95,
      ),
    ),
  ];
}

/** Samples that were due while a fault was in: from when it was seen to bite (injected, where it was not) until it was undone. */
export function samplesWithin(samples: readonly Sample[], fromMs: number, untilMs: number): Sample[] {
  return samples.filter(({ dueMs }) => dueMs >= fromMs && dueMs < untilMs);
}
