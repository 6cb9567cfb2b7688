import { k6Thresholds } from './k6-summary.ts';

test('thresholds of --summary-export, where true says that it was crossed', () => {
  const summary = {
    root_group: { name: '', path: '', groups: {}, checks: {} },
    metrics: {
      http_req_duration: {
        ...{ avg: 12.5, min: 1, med: 11, max: 70, 'p(90)': 20, 'p(95)': 35.5 },
        thresholds: { 'p(95)<300': false, 'avg<10': true, 'p(99)<9': true },
      },
      http_req_failed: { passes: 2, fails: 98, value: 0.02, thresholds: { 'rate<0.01': true } },
      http_reqs: { count: 100, rate: 9.9 },
      vus: { value: 1, min: 1, max: 10 },
    },
  };
  expect(k6Thresholds(JSON.stringify(summary))).toEqual([
    { metric: 'http_req_duration', expression: 'p(95)<300', holds: true, observed: 35.5 },
    { metric: 'http_req_duration', expression: 'avg<10', holds: false, observed: 12.5 },
    { metric: 'http_req_duration', expression: 'p(99)<9', holds: false },
    { metric: 'http_req_failed', expression: 'rate<0.01', holds: false, observed: 0.02 },
  ]);
});

test('thresholds as handleSummary has them', () => {
  const summary = {
    metrics: {
      http_req_duration: { type: 'trend', contains: 'time', values: { avg: 3, 'p(95)': 5 }, thresholds: { 'p(95)<300': { ok: true } } },
      http_req_failed: {
        type: 'rate',
        contains: 'default',
        values: { rate: 0.5, passes: 1, fails: 1 },
        thresholds: { 'rate<0.01': { ok: false } },
      },
    },
  };
  expect(k6Thresholds(JSON.stringify(summary))).toEqual([
    { metric: 'http_req_duration', expression: 'p(95)<300', holds: true, observed: 5 },
    { metric: 'http_req_failed', expression: 'rate<0.01', holds: false, observed: 0.5 },
  ]);
});

test('what is no summary is refused', () => {
  expect(() => k6Thresholds('{}')).toThrow();
  expect(() => k6Thresholds('{"metrics":{"a":{"thresholds":{"b":"c"}}}}')).toThrow();
});
