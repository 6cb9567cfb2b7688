import { UsageError } from '../errors/usage-error.ts';
import { parseTarget } from './load-target.ts';
import { parseCourse, withWarmUp } from './load-words.ts';
import { parseSiege } from './siege-words.ts';

const timeoutMs = 10_000;

test.each<[string, Parameters<typeof parseCourse>[0], object, number]>([
  ['nothing', {}, { executor: 'constant-vus', rate: null, maxVUs: 1 }, 10_000],
  ['users', { vus: 20, duration: '30s' }, { executor: 'constant-vus', rate: null, maxVUs: 20 }, 30_000],
  ['a rate', { rate: 100, duration: '1m' }, { executor: 'constant-arrival-rate', rate: 100, maxVUs: 1000 }, 60_000],
  ['a rate by the minute', { rate: 30, 'time-unit': '1m' }, { executor: 'constant-arrival-rate', rate: 0.5, maxVUs: 5 }, 10_000],
  ['a rate with a bound', { rate: 100, 'max-vus': 7 }, { executor: 'constant-arrival-rate', rate: 100, maxVUs: 7 }, 10_000],
  [
    'stages',
    { stage: ['10s:20', '5s:0'] },
    {
      executor: 'ramping-vus',
      rate: null,
      maxVUs: 20,
      vuRamp: {
        startVUs: 1,
        stages: [
          { durationMs: 10_000, target: 20 },
          { durationMs: 5000, target: 0 },
        ],
      },
    },
    15_000,
  ],
  [
    'stages of a rate, in one flag as k6 has it',
    { 'start-rate': 10, stage: ['1m30s:200,30s:200'] },
    {
      executor: 'ramping-arrival-rate',
      rate: 200,
      maxVUs: 2000,
      ramp: {
        startRate: 10,
        timeUnitMs: 1000,
        stages: [
          { durationMs: 90_000, target: 200 },
          { durationMs: 30_000, target: 200 },
        ],
      },
    },
    120_000,
  ],
])('%s', (_title, flags, scenario, durationMs) => {
  expect(parseCourse(flags, timeoutMs)).toEqual({ scenario, durationMs });
});

test.each<[string, Parameters<typeof parseCourse>[0], RegExp]>([
  ['a rate of users', { rate: 5, vus: 3 }, /--vus is not for constant-arrival-rate/],
  ['an executor without what it needs', { executor: 'ramping-arrival-rate' }, /ramping-arrival-rate needs --stage/],
  ['a duration beside stages', { stage: ['1s:3'], duration: '3s' }, /--duration is not for ramping-vus/],
  ['a stage without a target', { stage: ['10s'] }, /'10s' is no stage/],
  ['a stage without a unit', { stage: ['10:3'] }, /'10' is not a duration/],
])('%s is refused', (_title, flags, message) => {
  expect(() => parseCourse(flags, timeoutMs)).toThrow(UsageError);
  expect(() => parseCourse(flags, timeoutMs)).toThrow(message);
});

test('a warm-up goes before a ramp, at the rate that it begins with', () => {
  const course = parseCourse({ 'start-rate': 10, stage: ['10s:50'] }, timeoutMs);
  expect(withWarmUp(course, 3000).scenario.ramp?.stages).toEqual([
    { durationMs: 3000, target: 10 },
    { durationMs: 10_000, target: 50 },
  ]);
  expect(withWarmUp(course, 0)).toEqual(course);
});

test.each([
  ['localhost:8081/orders', { url: 'http://localhost:8081/orders', origin: 'http://localhost:8081', port: 8081, path: '/orders' }],
  ['https://shop.test', { url: 'https://shop.test/', port: 443, path: '/', host: 'shop.test' }],
  ['http://h/products/{{randomInt 1 3}}?q=a b', undefined],
  ['http://h/products/{{randomInt 1 3}}?q=%20', { path: '/products/{{randomInt 1 3}}?q=%20' }],
  ['http://h:1/o POST {"a": "b c"}', { url: 'http://h:1/o', method: 'POST', body: '{"a": "b c"}' }],
  ['http://h/o DELETE', { method: 'DELETE', body: undefined }],
])('%s', (text, expected) => {
  if (expected) expect(parseTarget(text)).toMatchObject(expected);
  else expect(() => parseTarget(text)).toThrow(UsageError);
});

test.each<[string, Parameters<typeof parseSiege>[0], object]>([
  ['-c2 -t10S', { concurrent: 2, time: '10S' }, { users: 2, durationMs: 10_000, pauseMs: 0 }],
  ['-t2', { time: '2' }, { users: 25, durationMs: 120_000 }],
  ['-t1h', { time: '1h' }, { durationMs: 3_600_000 }],
  ['-r10', { reps: '10' }, { reps: 10, durationMs: undefined }],
  ['-r once', { reps: 'once' }, { reps: 1 }],
  ['-d2', { delay: '2' }, { pauseMs: 2000 }],
  ['-b -d2', { delay: '2', benchmark: true }, { pauseMs: 0 }],
])("siege's %s", (_words, flags, expected) => {
  expect(parseSiege(flags)).toMatchObject(expected);
});

test.each<[Parameters<typeof parseSiege>[0], RegExp]>([
  [{ time: '10s5' }, /-t10s5 is no time of siege's/],
  [{ time: '0S' }, /is no time/],
  [{ reps: '0' }, /-r0 is no number of repetitions/],
  [{ delay: '10s' }, /-d10s is no delay of siege's/],
])('%j is refused', (flags, message) => {
  expect(() => parseSiege(flags)).toThrow(message);
});
