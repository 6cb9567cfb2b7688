import type { Scenario } from '../engine/experiment.ts';
import type { EndedLoad } from './load-run.ts';
import { summarizeLoad } from './load-summary.ts';
import { LoadTally } from './load-tally.ts';
import { parseThreshold } from './thresholds.ts';

const scenario: Omit<Scenario, 'start'> = {
  executor: 'constant-arrival-rate',
  rate: 10,
  maxVUs: 10,
  gracefulStopMs: 1000,
  request: { service: 'h', port: 80, method: 'GET', path: '/', timeoutMs: 1000 },
  expectStatuses: [200],
};
const sample = (dueMs: number, latencyMs: number, error = '') => ({ dueMs, lateMs: 1, latencyMs, status: error ? 0 : 200, error });

function ended(samples: ReturnType<typeof sample>[], change: Partial<EndedLoad> = {}): EndedLoad {
  const tally = new LoadTally();
  for (const one of samples) tally.add(one, 100);
  const times = { startedAt: '', endedAt: '', sendingMs: 2000, elapsedMs: 2100 };
  return { tally, ...times, dropped: 0, saturated: null, busyLoader: null, ...change };
}
const summary = (load: EndedLoad, ...thresholds: string[]) =>
  summarizeLoad(load, {
    ...{ scenario, url: 'http://h/', seed: 1, workers: 1, warmUpMs: 0, interrupted: null },
    thresholds: thresholds.map(parseThreshold),
  });

/** A histogram is right to a thousandth. */
const about = (value: number) => expect.closeTo(value, value < 100 ? 1 : -1);

const good = Array.from({ length: 20 }, (_, n) => sample(n * 100, 10 + n));

test('counts, latencies and seconds are those of the requests', () => {
  const told = summary(ended([...good, sample(1999, 1000, 'timeout')]));
  expect(told).toMatchObject({
    requests: 21,
    requestsPerSecond: 10.5,
    succeeded: 20,
    failed: 1,
    errors: { timeout: 1 },
    statuses: { 0: 1, 200: 20 },
    bytes: 2100,
    latencyMs: { min: 10, p50: about(20), max: 1000 },
    latenessMs: { p50: 1, p99: 1, max: 1 },
    series: [
      { second: 0, requests: 10, failed: 0, p50: about(14), p99: about(19) },
      { second: 1, requests: 11, failed: 1, p50: about(25), p99: about(1000) },
    ],
  });
  expect(told.failedShare?.value).toBeCloseTo(1 / 21, 9);
  expect(told.failedShare?.high).toBeGreaterThan(0.2);
});

test.each<[string, EndedLoad, string[], string, RegExp]>([
  ['nothing asked', ended(good), [], 'passed', /no threshold was set/],
  ['all kept', ended(good), ['p(95)<50', 'rate<0.01'], 'passed', /all 2 thresholds held/],
  ['one broken', ended(good), ['p(95)<5', 'rate<0.01'], 'failed', /1 of 2 thresholds did not hold: p\(95\)<5/],
  ['nothing sent', ended([]), ['p(95)<5'], 'inconclusive', /no request was sent/],
  ['nobody answers', ended([sample(0, 1, 'refused'), sample(1, 1, 'refused')]), [], 'inconclusive', /no answer came.*: refused 2 times/],
  ['another load than was asked for', ended(good, { saturated: 'it fell behind' }), ['p(95)<50'], 'inconclusive', /: it fell behind/],
  [
    'a latency that a busy generator may have made',
    ended(good, { busyLoader: 'it was busy' }),
    ['p(95)<5'],
    'inconclusive',
    /but it was busy/,
  ],
  ['a latency that was kept all the same', ended(good, { busyLoader: 'it was busy' }), ['p(95)<50'], 'passed', /held/],
  [
    'failures that a busy generator did not make',
    ended([...good, sample(3, 1, 'reset')], { busyLoader: 'it was busy' }),
    ['rate<0.01', 'p(95)<5'],
    'failed',
    /2 of 2/,
  ],
])('%s', (_title, load, thresholds, outcome, reason) => {
  const told = summary(load, ...thresholds);
  expect(told.outcome).toBe(outcome);
  expect(told.reason).toMatch(reason);
});

test('tallies of several processes add up to that of one', () => {
  const samples = Array.from({ length: 500 }, (_, n) => sample(n * 7, 1 + ((n * 37) % 101), n % 9 === 0 ? 'reset' : ''));
  const whole = ended(samples).tally;
  const sum = new LoadTally();
  for (const part of [0, 1, 2]) sum.merge(JSON.parse(JSON.stringify(ended(samples.filter((_, n) => n % 3 === part)).tally.plain())));
  const ordered = (tally: LoadTally) => {
    const { seconds, ...rest } = tally.plain();
    return { ...rest, seconds: seconds.sort(([a], [b]) => a - b) };
  };
  expect(ordered(sum)).toEqual(ordered(whole));
});
