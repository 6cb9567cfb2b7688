import type { Sample } from './experiment.ts';
import { computeLoadSeries, samplesWithin } from './load-series.ts';

const sample = (dueMs: number, latencyMs = 10, error = ''): Sample => ({ dueMs, lateMs: 0, latencyMs, status: error ? 0 : 200, error });

test('each second has its requests, errors and percentiles; one without any is a gap in latency', () => {
  const [throughput, errors, p50, latency, p99] = computeLoadSeries([sample(5100, 10), sample(5900, 30, 'refused'), sample(7000, 20)]);
  expect(throughput?.points).toEqual([
    [5000, 2],
    [6000, 0],
    [7000, 1],
  ]);
  expect(errors?.points).toEqual([
    [5000, 1],
    [6000, 0],
    [7000, 0],
  ]);
  expect(latency?.points).toEqual([
    [5000, 30],
    [6000, null],
    [7000, 20],
  ]);
  expect(p50?.points).toEqual([
    [5000, 10],
    [6000, null],
    [7000, 20],
  ]);
  expect(p99).toMatchObject({ id: 'latency-p99', unit: 'ms', points: latency?.points });
});

test('no request, no line', () => {
  expect(computeLoadSeries([])).toEqual([]);
});

test('a request counts for a fault by when it was due', () => {
  expect(samplesWithin([sample(99), sample(100), sample(199, 500), sample(200)], 100, 200).map(({ dueMs }) => dueMs)).toEqual([100, 199]);
});
