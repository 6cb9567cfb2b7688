import type { Sample } from '../../engine/experiment.ts';
import { K6Lines } from './k6-lines.ts';

const zeroMs = Date.parse('2017-05-09T12:34:40Z');

function read(lines: string[], more: Partial<ConstructorParameters<typeof K6Lines>[0]> = {}): { samples: Sample[]; dropped: number } {
  const samples: Sample[] = [];
  const reader = new K6Lines({
    ...{ expectStatuses: [200], timeoutMs: 5000, tellsConnections: false, zeroMs, onSample: (sample) => void samples.push(sample) },
    ...more,
  });
  for (const line of lines) reader.take(line);
  reader.end();
  return { samples, dropped: reader.dropped };
}

const metric = (name: string, type = 'trend') =>
  JSON.stringify({ type: 'Metric', data: { type, contains: 'time', tainted: null, thresholds: [], submetrics: null }, metric: name });
const point = (name: string, value: number, tags: object | null = null, time = '2017-05-09T14:34:45.239531499+02:00') =>
  JSON.stringify({ type: 'Point', data: { time, value, tags }, metric: name });

/** What k6 tells of a request, in its order. */
function request(
  tags: object,
  times: { duration?: number; blocked?: number; connecting?: number; tls?: number } = {},
  time?: string,
): string[] {
  const { duration = 0, blocked = 0, connecting = 0, tls = 0 } = times;
  const all = { group: '', method: 'POST', name: 'http://h/orders', scenario: 'load', url: 'http://h/orders', ...tags };
  return [
    point('http_reqs', 1, all, time),
    point('http_req_duration', duration, all, time),
    point('http_req_blocked', blocked, all, time),
    point('http_req_connecting', connecting, all, time),
    point('http_req_tls_handshaking', tls, all, time),
    point('http_req_waiting', duration, all, time),
    point('http_req_failed', 0, all, time),
  ];
}

test('the lines of k6’s documentation are understood, and what is about no request makes no sample', () => {
  const lines = [
    metric('vus', 'gauge'),
    point('vus', 5, null, '2017-05-09T14:34:45.625742514+02:00'),
    metric('http_reqs', 'counter'),
    metric('http_req_duration'),
    ...request({ status: '200' }, { duration: 459.865729 }),
    point('iterations', 1, { group: '' }),
  ];
  const { samples } = read(lines);
  expect(samples).toEqual([{ dueMs: expect.closeTo(5239 - 459.865729, 3), lateMs: 0, latencyMs: 459.865729, status: 200, error: '' }]);
});

test('latency has the wait for a connection in it, once', () => {
  const { samples } = read([
    ...request({ status: '200' }, { duration: 10, blocked: 31, connecting: 20, tls: 10 }),
    ...request({ status: '200' }, { duration: 10, blocked: 0.1, connecting: 20, tls: 10 }),
  ]);
  expect(samples.map(({ latencyMs }) => latencyMs)).toEqual([41, 40]);
});

test.each([
  [{ status: '503' }, 'status 503'],
  [{ status: '0', error: 'dial: connection refused', error_code: '1212' }, 'refused'],
  [{ status: '0', error: 'read: connection reset by peer', error_code: '1220' }, 'reset'],
  [{ status: '0', error: 'lookup: no such host', error_code: '1101' }, 'unknown name'],
  [{ status: '0', error: 'something', error_code: '1000' }, 'error 1000'],
])('%o is %s', (tags, error) => {
  expect(read(request(tags)).samples[0]?.error).toBe(error);
});

test('a request that timed out took as long as k6 says; where it never got a connection, as long as our script lets it', () => {
  const timedOut = (code: string, duration: number) => request({ status: '0', error: 'request timeout', error_code: code }, { duration });
  expect(read(timedOut('1050', 2000)).samples[0]).toMatchObject({ error: 'timeout', latencyMs: 2000, dueMs: 3239 });
  expect(read(timedOut('1211', 0)).samples[0]).toMatchObject({ error: 'timeout', latencyMs: 5000, dueMs: 239 });
  const another = read(timedOut('1211', 0), { timeoutMs: undefined as never });
  expect(another.samples[0]).toMatchObject({ error: 'timeout', latencyMs: 0, dueMs: 5239 });
});

test('without statuses of ours success is what the script says', () => {
  const lines = [...request({ status: '404', expected_response: 'true' }), ...request({ status: '200', expected_response: 'false' })];
  const { samples } = read(lines, { expectStatuses: undefined as never });
  expect(samples.map(({ error }) => error)).toEqual(['', 'status 200']);
});

test('an answer belongs to the request with its tag, whichever came between them', () => {
  const answer = (said: string, body: string) => point('shoplab_answers', 1, { shoplab_request: said, body, served_by: `pod-${said}` });
  const { samples } = read([
    ...request({ status: '200', shoplab_request: '1/0' }),
    ...request({ status: '200', shoplab_request: '2/0' }),
    answer('2/0', '{"id":"b"}'),
    answer('1/0', 'no json'),
    ...request({ status: '503', shoplab_request: '1/1' }),
    answer('1/1', '{"id":"c"}'),
    ...request({ status: '200', shoplab_request: '2/1' }),
    ...request({ status: '0', error_code: '1212', shoplab_request: '3/0' }),
  ]);
  expect(samples.map(({ body, servedBy, error }) => ({ body, servedBy, error }))).toEqual([
    { body: { id: 'b' }, servedBy: 'pod-2/0', error: '' },
    { body: 'no json', servedBy: 'pod-1/0', error: '' },
    { body: undefined, servedBy: 'pod-1/1', error: 'status 503' },
    // The success of 2/1 was cut before its answer was told of: nobody knows what it said.
    { body: undefined, servedBy: undefined, error: 'refused' },
  ]);
});

test('each VU has its connection, until it opens another', () => {
  let iteration = 0;
  const of = (vu: number, connecting: number, time: string) => {
    iteration += 1;
    return request({ status: '503', shoplab_request: `${vu}/${iteration}` }, { connecting }, time);
  };
  const { samples } = read(
    [
      ...of(1, 1, '2017-05-09T12:34:41Z'),
      ...of(2, 1, '2017-05-09T12:34:42Z'),
      ...of(1, 0, '2017-05-09T12:34:43Z'),
      ...of(1, 1, '2017-05-09T12:34:44Z'),
    ],
    { tellsConnections: true },
  );
  expect(samples.map(({ connection, connectedMs }) => [connection, connectedMs])).toEqual([
    [0, 999],
    [1, 1999],
    [0, 999],
    [2, 3999],
  ]);
});

test('what was never sent is counted; what is no line of k6’s is refused', () => {
  expect(read([point('dropped_iterations', 2), point('dropped_iterations', 1)]).dropped).toBe(3);
  expect(() => read(['{"metric": 17}'])).toThrow();
  expect(() => read(['running (0m01.0s), 01/10 VUs'])).toThrow();
});
