import type { EndedLoad } from './load-run.ts';
import { LoadTally } from './load-tally.ts';
import { isClose, judgeThreshold, parseThreshold, ThresholdError } from './thresholds.ts';

/** A thousand answers of 1 to 1000 ms within ten seconds, of which the last twenty failed. */
function load(): EndedLoad {
  const tally = new LoadTally();
  for (let n = 1; n <= 1000; n += 1)
    tally.add({ dueMs: n * 10, lateMs: 0, latencyMs: n, status: n > 980 ? 503 : 200, error: n > 980 ? 'status 503' : '' }, 10);
  const times = { startedAt: '', endedAt: '', sendingMs: 10_000, elapsedMs: 10_500 };
  return { tally, ...times, dropped: 7, saturated: null, busyLoader: null };
}
const judged = (text: string) => judgeThreshold(parseThreshold(text), load());

test.each<[string, number, boolean]>([
  ['p(95)<960', 950, true],
  ['p(95) < 940', 950, false],
  ['http_req_duration: p(99.9)<=1000', 999, true],
  ['med<501', 500, true],
  ['avg<500', 500.5, false],
  ['min>0', 1, true],
  ['max<1000', 1000, false],
  ['rate<0.03', 0.02, true],
  ['http_req_failed:rate<0.02', 0.02, false],
  ['http_req_failed: rate<=0.02', 0.02, true],
  ['count>999', 1000, true],
  ['http_reqs:rate>=100', 100, true],
  ['dropped_iterations:count==0', 7, false],
  ['iterations:count!=3', 1000, true],
])('%s: %d, %s', (text, observed, holds) => {
  const one = judged(text);
  expect(Math.abs((one.observed ?? 0) - observed)).toBeLessThanOrEqual(observed / 1000);
  expect(one.holds).toBe(holds);
});

test('a figure whose interval has the limit in it is close', () => {
  expect(isClose(judged('p(95)<955'))).toBe(true);
  expect(isClose(judged('p(95)<999'))).toBe(false);
  expect(isClose(judged('http_req_failed:rate<0.021'))).toBe(true);
  expect(isClose(judged('http_req_failed:rate<0.1'))).toBe(false);
  expect(isClose(judged('count>999'))).toBe(false);
});

test('where nothing was measured nothing holds', () => {
  const nothing = { ...load(), tally: new LoadTally() };
  for (const text of ['p(95)<1000', 'rate<1', 'http_req_failed:rate>=0'])
    expect(judgeThreshold(parseThreshold(text), nothing)).toMatchObject({ observed: null, holds: false });
});

test.each([
  ['p95<300', "'p95<300' is no threshold"],
  ['', "'' is no threshold"],
  ['p(95)=300', 'is no threshold'],
  ['p(101)<3', 'no percentile above 100'],
  ['http_req_failed:p(95)<3', 'of http_req_failed there are rate'],
  ['http_reqs:avg<3', 'of http_reqs there are count, rate'],
  ['checks:rate>0.9', 'there is no metric checks; there are http_req_duration'],
])('%s is refused', (text, message) => {
  expect(() => parseThreshold(text)).toThrow(ThresholdError);
  expect(() => parseThreshold(text)).toThrow(message);
});
