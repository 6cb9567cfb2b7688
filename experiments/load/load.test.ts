import { dueAt, dueBy } from './arrivals.ts';
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
  expect(dueBy(elapsedMs, rate)).toBe(due);
});

test.each([1, 3, 7, 40, 333])('at %i/s each request is due at its time, not before', (rate) => {
  for (let index = 0; index < 500; index += 1) expect(dueBy(dueAt(index, rate), rate)).toBe(index + 1);
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
