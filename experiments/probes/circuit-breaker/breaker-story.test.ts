import { type BreakerReading, type BreakerState, readBreaker } from './breaker-reading.ts';
import { callsEnded, tellBreakerStory, tellUnrest } from './breaker-story.ts';

const reading = (atMs: number, state: BreakerState, some: Partial<BreakerReading> = {}): BreakerReading => ({
  atMs,
  state,
  opened: 0,
  halfOpened: 0,
  closed: 1,
  ok: 0,
  failed: 0,
  shortCircuited: 0,
  inFlight: 0,
  ...some,
});

const whole = [
  reading(900, 'closed', { ok: 10 }),
  reading(1200, 'closed', { ok: 11, inFlight: 12 }),
  reading(1400, 'open', { ok: 11, failed: 5, opened: 1 }),
  reading(1900, 'open', { ok: 11, failed: 17, opened: 1, shortCircuited: 20 }),
  reading(3600, 'half-open', { ok: 11, failed: 17, opened: 1, halfOpened: 1, shortCircuited: 80 }),
  reading(4000, 'open', { ok: 11, failed: 18, opened: 2, halfOpened: 1, shortCircuited: 90 }),
  reading(5200, 'open', { ok: 11, failed: 18, opened: 2, halfOpened: 1, shortCircuited: 130 }),
  reading(6100, 'closed', { ok: 15, failed: 18, opened: 2, halfOpened: 2, closed: 2, shortCircuited: 150 }),
];
const times = { bitMs: 1000, goneMs: 5000, settledMs: 500 };

test('a breaker that opens, tries and closes', () => {
  expect(tellBreakerStory(whole, times)).toEqual({
    openedMs: 1400,
    unseenMs: 200,
    closedMs: 6100,
    halfOpened: 2,
    probes: { calls: 1, tries: 1 },
    during: { ok: 1, failed: 18, shortCircuited: 90 },
  });
});

test('one that never opens, one that never closes, one that is off', () => {
  const shut = [reading(900, 'closed'), reading(4000, 'closed', { failed: 90 }), reading(6000, 'closed', { failed: 90 })];
  expect(tellBreakerStory(shut, times)).toMatchObject({ openedMs: null, closedMs: 5000, halfOpened: 0, probes: null });
  const open = whole.slice(0, -1);
  expect(tellBreakerStory(open, times)).toMatchObject({ openedMs: 1400, closedMs: null });
  const off = [reading(900, 'off'), reading(6000, 'off')];
  expect(tellBreakerStory(off, times)).toMatchObject({ openedMs: null, closedMs: null });
});

test('one that closes, opens again and closes counts from the last', () => {
  const again = [...whole, reading(6500, 'open', { opened: 3 }), reading(9000, 'closed', { opened: 3 })];
  expect(tellBreakerStory(again, times)?.closedMs).toBe(9000);
});

test('without readings on both sides there is no story', () => {
  expect(tellBreakerStory([], times)).toBeUndefined();
  expect(tellBreakerStory(whole.slice(1), times)).toBeUndefined();
  expect(tellBreakerStory(whole.slice(0, 5), times)).toBeUndefined();
});

test.each<[string | undefined, string, Partial<BreakerReading>[]]>([
  [
    undefined,
    'closed',
    [
      { atMs: 100, failed: 9 },
      { atMs: 800, failed: 9 },
      { atMs: 1900, failed: 9, inFlight: 4 },
    ],
  ],
  [undefined, 'off', [{ atMs: 900 }, { atMs: 1900 }]],
  ['the breaker was open', 'open', [{ atMs: 900 }, { atMs: 1900 }]],
  ['the breaker was half-open', 'half-open', [{ atMs: 900 }, { atMs: 1900 }]],
  ['3 calls had failed in the second before', 'closed', [{ atMs: 900 }, { atMs: 1900, failed: 3 }]],
  ['3 calls had failed in the second before', 'closed', [{ atMs: 1500 }, { atMs: 1900, failed: 3 }]],
  ['5 calls were waiting', 'closed', [{ atMs: 900 }, { atMs: 1900, inFlight: 5 }, { atMs: 2100 }]],
])('unrest before a fault: %s (%s)', (expected, state, looks) => {
  const readings = looks.map(({ atMs = 0, ...counts }) => reading(atMs, state as BreakerState, counts));
  expect(tellUnrest(readings, 2000, 5)).toBe(expected);
});

test.each([
  ['fewer calls end than begin', 100, 150, 160, { begun: 110, ended: 60 }],
  ['as many end as begin, however long they take', 120, 120, 200, { begun: 100, ended: 100 }],
  ['what waited ends too', 120, 20, 300, { begun: 100, ended: 100 }],
])('%s', (_name, middle, end, ok, expected) => {
  const readings = [reading(900, 'off'), reading(2900, 'off', { inFlight: middle, ok: 100 }), reading(4990, 'off', { inFlight: end, ok })];
  expect(callsEnded(readings, 1000, 5000)).toEqual(expected);
});

test('calls of which nothing was read are unknown', () => {
  expect(callsEnded([reading(900, 'off')], 1000, 5000)).toBeUndefined();
});

test('metrics are read by their labels', () => {
  const text = `# HELP breaker_state 1 for the state that the breaker is in
breaker_state{state="closed",service="order"} 0
breaker_state{state="half-open",service="order"} 1
breaker_transitions_total{to="open",service="order"} 3
breaker_transitions_total{to="half-open",service="order"} 2
delivery_calls_total{outcome="short-circuited",service="order"} 41
delivery_calls_in_flight{service="order"} 7
`;
  expect(readBreaker(text, 5)).toEqual(reading(5, 'half-open', { opened: 3, halfOpened: 2, closed: 0, shortCircuited: 41, inFlight: 7 }));
  expect(() => readBreaker('up 1', 5)).toThrow('no breaker_state that is 1');
});
