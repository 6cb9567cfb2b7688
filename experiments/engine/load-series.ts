import type { Sample } from './experiment.ts';
import type { Series } from './journal.ts';
import { percentile } from './statistics/percentile.ts';

/** Throughput, errors and percentiles for each second in which requests were due; seconds in between without any are 0, their latency a gap. */
export function computeLoadSeries(samples: readonly Sample[]): Series[] {
  const seconds = new Map<number, Sample[]>();
  for (const sample of samples) {
    const second = Math.floor(sample.dueMs / 1000);
    const there = seconds.get(second);
    if (there) there.push(sample);
    else seconds.set(second, [sample]);
  }
  if (seconds.size === 0) return [];
  const [first, last] = ends(seconds.keys());
  const line = (id: string, title: string, unit: string, value: (second: number) => number | null): Series => ({
    id,
    title,
    unit,
    points: Array.from({ length: last - first + 1 }, (_, index) => [(first + index) * 1000, value(first + index)]),
  });
  const latencies = new Map(
    [...seconds].map(([second, inIt]) => [second, inIt.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b)] as const),
  );
  const latency = (p: number): Series =>
    line(`latency-p${p}`, `latency, p${p}`, 'ms', (second) => percentile(latencies.get(second) ?? [], p));
  return [
    line('throughput', 'requests', 'requests/s', (second) => seconds.get(second)?.length ?? 0),
    line('errors', 'failed requests', 'requests/s', (second) => seconds.get(second)?.filter(({ error }) => error !== '').length ?? 0),
    latency(50),
    latency(95),
    latency(99),
  ];
}

/** Samples that were due while a fault was in: from when it was seen to bite (injected, where it was not) until it was undone. */
export function samplesWithin(samples: readonly Sample[], fromMs: number, untilMs: number): Sample[] {
  return samples.filter(({ dueMs }) => dueMs >= fromMs && dueMs < untilMs);
}

function ends(seconds: Iterable<number>): [first: number, last: number] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const second of seconds) [first, last] = [Math.min(first, second), Math.max(last, second)];
  return [first, last];
}
