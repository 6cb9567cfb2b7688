import { sumOfMetric } from './consumers-share.ts';

test('a metric is summed over its labels, and no other is counted in', () => {
  const text = [
    '# HELP events_consumed_total Events taken',
    '# TYPE events_consumed_total counter',
    'events_consumed_total{type="OrderPlaced",outcome="done"} 12',
    'events_consumed_total{type="a } b",outcome="duplicate"} 3',
    'events_consumed_total_created 99',
    'http_requests_in_flight 1',
  ].join('\n');
  expect(sumOfMetric(text, 'events_consumed_total')).toBe(15);
  expect(sumOfMetric(text, 'http_requests_in_flight')).toBe(1);
  expect(sumOfMetric(text, 'absent')).toBe(0);
});
