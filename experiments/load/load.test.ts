import type { Ramp } from '../engine/experiment.ts';
import { constantArrivals, rampingArrivals } from './arrivals.ts';
import { classifyError } from './classify-error.ts';
import { computeLoadRecord } from './load-record.ts';
import { decideSaturation, type Kept } from './saturation.ts';

test.each([
  [-1, 40, 0],
  [0, 40, 1],
  [24.9, 40, 1],
  [25, 40, 2],
  [1000, 40, 41],
  [1000, 3, 4],
])('after %f ms at %i/s %i requests are due', (elapsedMs, rate, due) => {
  expect(constantArrivals(rate).dueBy(elapsedMs)).toBe(due);
});

test.each([1, 3, 7, 40, 333])('at %i/s each request is due at its time, not before', (rate) => {
  const { dueAt, dueBy } = constantArrivals(rate);
  for (let index = 0; index < 500; index += 1) {
    expect(dueAt(index)).toBeCloseTo((index * 1000) / rate, 6);
    expect(dueBy(dueAt(index))).toBe(index + 1);
  }
});

const upAndDown: Ramp = {
  startRate: 2,
  stages: [
    { target: 2, durationMs: 3000 },
    { target: 20, durationMs: 4000 },
    { target: 20, durationMs: 10_000 },
    { target: 0, durationMs: 2000 },
    { target: 0, durationMs: 5000 },
    { target: 4, durationMs: 0 },
  ],
};

test('in a ramp each request is due when the area under the rate reaches it', () => {
  const { dueAt, dueBy } = rampingArrivals(upAndDown);
  // 2/s for 3 s, from 2 to 20/s in 4 s, 20/s for 10 s, down to 0 in 2 s: 6 + 44 + 200 + 20.
  expect([3000, 7000, 17_000, 19_000, 24_000].map(dueBy)).toEqual([7, 51, 251, 271, 271]);
  expect(dueBy(25_000)).toBe(275);
  expect(dueAt(6)).toBeCloseTo(3000, 6);
  expect(dueAt(50)).toBeCloseTo(7000, 6);
  let before = -1;
  for (let index = 0; index < 300; index += 1) {
    expect(dueAt(index)).toBeGreaterThan(before);
    expect(dueBy(dueAt(index) + 1e-6)).toBe(index + 1);
    before = dueAt(index);
  }
});

test('the rate is what the stages say, and the last goes on', () => {
  const { rateAt } = rampingArrivals(upAndDown);
  expect([0, 3000, 5000, 7000, 17_000, 18_000, 20_000, 24_000, 99_000].map((ms) => Math.round(rateAt(ms) * 1e6) / 1e6)).toEqual([
    2, 2, 11, 20, 20, 10, 0, 4, 4,
  ]);
});

test('rates may count by the minute, and a rate of 0 never has a request due', () => {
  expect(rampingArrivals({ startRate: 30, timeUnitMs: 60_000, stages: [] }).dueAt(1)).toBeCloseTo(2000, 6);
  const none = rampingArrivals({ startRate: 0, stages: [] });
  expect([none.dueAt(1), none.dueAt(0), none.dueBy(1000)]).toEqual([Number.POSITIVE_INFINITY, 0, 1]);
});

const failure = (fields: object): Error => Object.assign(new Error('x'), fields);
test.each<[string, object, string]>([
  ['ECONNREFUSED', { code: 'ECONNREFUSED' }, 'refused'],
  ['ECONNRESET', { code: 'ECONNRESET' }, 'reset'],
  ['a socket that the other side closed', { code: 'UND_ERR_SOCKET' }, 'reset'],
  ['a time-out signal', { name: 'TimeoutError' }, 'timeout'],
  ['a connection that does not come', { code: 'UND_ERR_CONNECT_TIMEOUT' }, 'timeout'],
  ['the end of the graceful stop', { name: 'AbortError' }, 'unanswered'],
  ['an error of many addresses', { errors: [failure({ code: 'ECONNREFUSED' })] }, 'refused'],
  ['a wrapped error', { cause: failure({ code: 'ECONNRESET' }) }, 'reset'],
  ['what is not known', { code: 'EWEIRD' }, 'EWEIRD'],
])('%s is %s', (_title, fields, expected) => {
  expect(classifyError(failure(fields))).toBe(expected);
});

const kept: Kept = { rate: 40, maxVUs: 20, timeoutMs: 5000, maxLatenessMs: 100, latenessP99Ms: 5, droppedBusy: 0, droppedLate: 0 };
test.each<[string, Partial<Kept>, RegExp | null]>([
  ['a load that came as declared', {}, null],
  ['no request at all', { latenessP99Ms: null }, null],
  ['late requests', { latenessP99Ms: 140 }, /the loader fell behind: requests left 140 ms late at p99/],
  ['requests too late to send', { droppedLate: 3 }, /the loader fell behind: 3 requests/],
  ['VUs that all wait', { droppedBusy: 7 }, /the system under test was too slow for 20 VUs: .* when 7 requests were due; 200 VUs suffice/],
])('%s', (_title, change, expected) => {
  const saturated = decideSaturation({ ...kept, ...change });
  if (expected === null) expect(saturated).toBeNull();
  else expect(saturated).toMatch(expected);
});

test('a record counts failures by class and latency over all requests', () => {
  const sample = (latencyMs: number, error = '') => ({ dueMs: 0, lateMs: 1, latencyMs, status: error ? 0 : 201, error });
  const record = computeLoadRecord({
    scenario: {
      executor: 'constant-arrival-rate',
      rate: 1,
      maxVUs: 1,
      gracefulStopMs: 0,
      expectStatuses: [201],
      request: { service: 'order', port: 8081, method: 'POST', path: '/orders', timeoutMs: 1000 },
    },
    samples: [sample(10), sample(30), sample(20), sample(1000, 'timeout')],
    startedAt: '',
    endedAt: '',
    droppedBusy: 0,
    droppedLate: 0,
    utilization: 0.1,
  });
  expect(record).toMatchObject({
    scenario: 'POST order/orders',
    requests: 4,
    succeeded: 3,
    errors: { timeout: 1 },
    latencyMs: { p50: 20, p99: 1000, max: 1000, mean: 265 },
    // Four requests do not bound a median, nor a p99 from above.
    latencyIntervalsMs: { p50: { low: null, high: null }, p99: { low: 30, high: null } },
    saturated: null,
  });
});
