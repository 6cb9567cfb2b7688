import type { Check, Journal, VariantRecord } from '../../../experiments/engine/journal.ts';
import { retrace } from './retrace.ts';

const csv = 'due_ms,latency_ms,answer,connection,served_by\n500,3,200,,\n1500,2000,timeout,,\n1600,5,200,,\n';
const availability = {
  id: 'availability',
  due: { fromMs: 1000, untilMs: 2000 },
  sample: { successes: 1, trials: 2 },
  observed: { value: 50, unit: '%' },
};
const latency = { id: 'latency-p95', due: { fromMs: 0, untilMs: 2000 }, observed: { value: 2000, unit: 'ms' } };
const restart = { id: 'restart', observedMs: 800 };
const variant = {
  name: 'treatment',
  startedAt: '2026-01-01T00:00:00.000Z',
  samples: { csv, leftOut: 0 },
  loads: [{ requests: 3, succeeded: 2, errors: { timeout: 1 } }],
  checks: [availability, latency] as unknown as Check[],
  series: [
    {
      id: 'throughput',
      points: [
        [0, 1],
        [1000, 2],
      ],
    },
  ],
  faults: [{ bitAt: '2026-01-01T00:00:01.000Z' }],
  sightings: [{ atMs: 1800, object: 'Pod/web', saw: 'Running; Ready; app running, 1 restarts' }],
  windows: [restart],
} as unknown as VariantRecord;
const journal = (change: object = {}): Journal => ({ variants: [{ ...variant, ...change }] }) as unknown as Journal;

test('a journal whose sentences follow from what is in it has nothing to complain of', () => {
  expect(retrace(journal())).toEqual([]);
});

test.each<[string, object, string]>([
  ['requests that are not there', { loads: [{ requests: 4, succeeded: 2, errors: { timeout: 1 } }] }, 'requests: 4 is told, and 3 follow'],
  ['errors of another kind', { loads: [{ requests: 3, succeeded: 2, errors: { reset: 1 } }] }, 'reset: 1 is told, and 0 follow'],
  [
    'a rate of more requests',
    { checks: [{ ...availability, sample: { successes: 2, trials: 3 } }] },
    'availability, requests: 3 is told, and 2',
  ],
  ['a rate of better ones', { checks: [{ ...availability, sample: { successes: 2, trials: 2 } }] }, 'that succeeded: 2 is told, and 1'],
  ['a percentile of others', { checks: [{ ...latency, observed: { value: 5, unit: 'ms' } }] }, 'latency-p95, p95: 5 is told, and 2000'],
  ['a rate of no time', { checks: [{ ...availability, due: undefined }] }, 'the time in which they were due: none is told'],
  [
    'a line of a chart',
    { series: [{ id: 'throughput', points: [[0, 2]] }] },
    'requests due at 0 ms and in the second after: 2 is told, and 1',
  ],
  ['a restart that nobody saw', { windows: [{ ...restart, observedMs: 700 }] }, 'restart: nothing that the API told came 700 ms after'],
  ['no requests at all', { samples: undefined }, 'has a load and no requests'],
])('%s are told', (_title, change, told) => {
  expect(retrace(journal(change)).join('\n')).toContain(told);
});
