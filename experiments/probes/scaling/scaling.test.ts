import type { Evidence, Sample } from '../../engine/experiment.ts';
import type { Series } from '../../engine/journal.ts';
import { parseCores, parseGoDurationMs } from '../../engine/kube/amounts.ts';
import type { Sighting } from '../../engine/sighting.ts';
import { implyDecision, implyReady, implyRecovery, implyScaleDown } from './implied-scaling.ts';
import { latencyAtEnd, latencyDraft } from './latency-at-end.ts';
import { loadBit } from './load-bit.ts';
import { computeRecoveryMs } from './recovery.ts';
import { computeReplicaCourse } from './replica-course.ts';
import { scales } from './scales.ts';
import { loadPhases, tellScaling } from './scaling-story.ts';

test.each([
  ['200m', 0.2],
  ['1', 1],
  ['0.5', 0.5],
  ['193284032n', 0.193284032],
  ['1500u', 0.0015],
])('%s of CPU is %f cores', (text, cores) => expect(parseCores(text)).toBeCloseTo(cores, 12));

test.each([
  ['15s', 15_000],
  ['1m0.5s', 60_500],
  ['15.2s', 15_200],
])('%s is %i ms', (text, ms) => expect(parseGoDurationMs(text)).toBe(ms));

test('what is no amount, and no duration, is refused', () => {
  expect(() => parseCores('a lot')).toThrow("'a lot' is not an amount of CPU");
  expect(() => parseGoDurationMs('15 s')).toThrow("'15 s' is not a duration");
});

const periods = { syncMs: 15_000, metricsMs: 15_000 };
test.each([
  ['a decision, as Kubernetes comes', implyDecision(periods, 3000), { low: 0, high: 48_000 }],
  ['a decision, with short periods', implyDecision({ syncMs: 5000, metricsMs: 5000 }, 3000), { low: 0, high: 18_000 }],
  ['new Pods', implyReady({ startMs: 3000, startupPeriodMs: 1000, readinessPeriodMs: 1000 }), { low: 0, high: 5000 }],
  // 40 wait; of 15 a second that the first Pod answers, 10 go for a third of 20 and half as much again: 5 are left.
  ['recovery', implyRecovery({ waiting: 40, answeredPerSecond: 15, rate: 20, share: 1 / 3 }), { low: 0, high: 12_000 }],
  ['scale-down in one step', implyScaleDown({ ...periods, stabilizationMs: 300_000 }, 2000, 1), { low: 285_000, high: 362_000 }],
  ['scale-down in two steps', implyScaleDown({ syncMs: 5000, metricsMs: 5000, stabilizationMs: 5000 }, 2000, 2), { low: 0, high: 47_000 }],
])('%s: what the periods imply is the sum of its terms', (_title, implied, expected) => {
  expect(implied?.impliedMs).toEqual(expected);
  expect(implied?.terms.reduce((sum, { highMs }) => sum + highMs, 0)).toBe(expected.high);
});

test('what Pods have no time to work off, implies no time', () => {
  expect(implyRecovery({ waiting: 40, answeredPerSecond: 15, rate: 40, share: 1 / 3 })).toBeUndefined();
});

const sample = (dueMs: number, latencyMs: number, error = ''): Sample => ({ dueMs, lateMs: 0, latencyMs, status: error ? 0 : 200, error });
const every100 = (fromMs: number, untilMs: number, latencyMs: number): Sample[] =>
  Array.from({ length: (untilMs - fromMs) / 100 }, (_, index) => sample(fromMs + index * 100, latencyMs));

test.each<[string, Sample[], number | null]>([
  ['late, then not any more', [...every100(0, 6000, 3000), ...every100(6000, 20_000, 50)], 6000],
  ['never late', every100(0, 20_000, 50), 0],
  ['late to the end', every100(0, 20_000, 3000), null],
  ['late once more', [...every100(0, 6000, 50), ...every100(6000, 8000, 3000), ...every100(8000, 20_000, 50)], 8000],
  ['no request at all', [], null],
])('recovery of what is %s', (_title, samples, recoveredMs) => {
  expect(computeRecoveryMs(samples, 0, 20_000, 1000)).toBe(recoveredMs);
});

test.each<[string, [number, number | null][], ReturnType<typeof computeReplicaCourse>]>([
  [
    'nothing scaled',
    [
      [0, 1],
      [10, 1],
      [30, 1],
    ],
    { sizes: [1], neverFell: true, neverRose: true },
  ],
  [
    'up and down',
    [
      [0, 1],
      [5, 3],
      [15, null],
      [20, 3],
      [25, 2],
      [30, 1],
    ],
    { sizes: [1, 3, 2, 1], neverFell: true, neverRose: true },
  ],
  [
    'down and up under load',
    [
      [0, 1],
      [5, 3],
      [10, 2],
      [12, 3],
      [25, 1],
    ],
    { sizes: [1, 3, 2, 3, 1], neverFell: false, neverRose: true },
  ],
  [
    'up again after it',
    [
      [0, 1],
      [5, 3],
      [25, 1],
      [28, 2],
      [30, 1],
    ],
    { sizes: [1, 3, 1, 2, 1], neverFell: true, neverRose: false },
  ],
])('course: %s', (_title, points, course) => expect(computeReplicaCourse(points, 20)).toEqual(course));

test.each<[string, Sample[], string]>([
  ['prompt answers', every100(0, 8000, 50), 'true'],
  ['late answers', every100(0, 8000, 3000), 'false'],
  ['too few requests to say', every100(0, 2000, 50), 'unknown'],
  ['as many late ones as are allowed', [...every100(0, 7600, 50), ...every100(7600, 8000, 3000)], 'unknown'],
  ['nothing', [], 'unknown'],
])('p95 within a limit, of %s', (_title, samples, result) => {
  expect(latencyDraft(samples, { limitMs: 1000, lastMs: 8000, expectedInControl: 'false' })).toMatchObject({ result });
});

const rescaled = (atMs: number, size: number): Sighting =>
  ({
    atMs,
    kind: 'Event',
    event: { reason: 'SuccessfulRescale', message: `New size: ${size}; reason: x`, involvedObject: { name: 'order' } },
  }) as Sighting;
const wait = (id: string, startedMs: number, endedMs: number) => ({ id, do: 'wait' as const, startedMs, endedMs, done: true });
const seen: Pick<Evidence, 'steps' | 'sightings' | 'series'> = {
  steps: [wait(loadPhases.rise, 4000, 7000), wait(loadPhases.stay, 7000, 35_000), wait(loadPhases.fall, 35_000, 37_000)],
  sightings: [rescaled(2000, 1), rescaled(11_000, 2), rescaled(16_000, 3), rescaled(45_000, 2), rescaled(55_000, 1)],
  series: [
    {
      id: 'replicas-order',
      title: '',
      unit: 'Pods',
      points: [
        [0, 1],
        [13_000, 1],
        [13_000, 2],
        [18_500, 2],
        [18_500, 3],
        [46_000, 2],
      ],
    },
  ],
};

test('the story of a scaling is told by what was decided and what became Ready', () => {
  expect(tellScaling(seen, 'order', { least: 1, most: 3 })).toEqual({
    ...{ riseMs: 4000, stayMs: 7000, fallMs: 35_000, risingMs: 3000, fallingMs: 2000 },
    ...{ firstDecisionMs: 11_000, fullDecisionMs: 16_000, readyMs: 18_500, firstDownMs: 45_000, lastDownMs: 55_000, stepsDown: 2 },
  });
});

test('where nothing is decided nothing is told of it, and without the phases there is no story', () => {
  const nothing = { firstDecisionMs: null, fullDecisionMs: null, readyMs: null, firstDownMs: null, lastDownMs: null, stepsDown: 0 };
  expect(tellScaling({ ...seen, sightings: [] }, 'order', { least: 1, most: 3 })).toMatchObject(nothing);
  expect(tellScaling({ ...seen, steps: [] }, 'order', { least: 1, most: 3 })).toBeUndefined();
});

/** A run whose requests are late to the end of the high load. */
const lateToTheEnd = (baseline: Record<string, number>, change: Partial<typeof seen> = {}): Evidence =>
  ({
    ...seen,
    ...change,
    samples: every100(4000, 35_000, 3000),
    baseline,
    load: { settings: { rate: 20 } },
    tolerance: { ms: 0, reason: '' },
    measure: () => undefined,
    window: () => undefined,
  }) as unknown as Evidence;
const soon = { autoscaler: 1, syncMs: 3000, metricsMs: 2000, startMs: 1000 };
const notYet = { ...soon, syncMs: 15_000, metricsMs: 15_000 };
const judged = async (evidence: Evidence, id: string) => {
  const criteria = [
    latencyAtEnd({ service: 'order', limitMs: 1000, most: 3, lastMs: 8000, expectedInControl: 'false' }),
    scales({ deployment: 'order', least: 1, most: 3, limitMs: 1000 }),
  ];
  const drafts = (await Promise.all(criteria.map((one) => one.evaluate({} as never, evidence)))).flat();
  return drafts.find((draft) => draft.id === id);
};
const wanted = { id: 'replicas-wanted', title: '', unit: 'Pods', points: [[0, 1]] as [number, number][] };

test.each(['latency', 'scaled'])('%s: an autoscaler that did nothing has failed only where its time was over', async (id) => {
  const nothing = { sightings: [], series: [wanted] };
  expect(await judged(lateToTheEnd(soon, nothing), id)).toMatchObject({ result: 'false' });
  const cut = await judged(lateToTheEnd(notYet, nothing), id);
  expect(cut).toMatchObject({ result: 'unknown', message: expect.stringContaining('--duration makes all phases longer') });
  // Without one there is nothing to wait for.
  expect(await judged(lateToTheEnd({ ...notYet, autoscaler: 0 }, nothing), id)).toMatchObject({ result: 'false' });
});

test('new Pods that no node has room for: what the scheduler says is told', async () => {
  const full = {
    atMs: 16_500,
    kind: 'Event',
    event: { reason: 'FailedScheduling', message: '0/1 nodes are available: 1 Insufficient cpu.', involvedObject: { name: 'order-x' } },
  } as Sighting;
  const twoOfThree = {
    sightings: [...seen.sightings, full],
    series: [{ ...(seen.series[0] as Series), points: [[13_000, 2] as [number, number]] }],
  };
  const told = 'Pod order-x is not scheduled: 0/1 nodes are available: 1 Insufficient cpu.';
  expect(await judged(lateToTheEnd(soon, twoOfThree), 'ready')).toMatchObject({
    result: 'false',
    message: expect.stringContaining(told),
  });
  expect((await judged(lateToTheEnd(soon, { sightings: [...seen.sightings, full] }), 'ready'))?.message).not.toContain(told);
});

test('new Pods are allowed what the platform took: an image that was pulled meanwhile is a term of its own', async () => {
  expect(await judged(lateToTheEnd(soon), 'ready')).toMatchObject({ result: 'false', message: expect.not.stringContaining('platform:') });
  const pod = { metadata: { name: 'order-x', uid: 'x' }, status: { conditions: [{ type: 'PodScheduled', status: 'True' }] } };
  const message = 'Successfully pulled image "order:1" in 2s (2s including waiting). Image size: 3 bytes.';
  const pulled = [
    { atMs: 16_100, kind: 'Pod', pod, gone: false },
    { atMs: 18_200, kind: 'Event', event: { reason: 'Pulled', message, involvedObject: { kind: 'Pod', name: 'order-x' } } },
  ] as unknown as Sighting[];
  expect(await judged(lateToTheEnd(soon, { sightings: [...seen.sightings, ...pulled] }), 'ready')).toMatchObject({
    result: 'true',
    message: expect.stringContaining('platform: an image was pulled, as measured: 2 s'),
  });
});

test('a recovery that no time is implied for is held against nobody, and excuses no lateness at the end', async () => {
  // What was answered at all, was answered before the new Pods were Ready: 1 of 20 a second.
  const tooFew = lateToTheEnd(soon, {});
  const slow = { ...tooFew, samples: [sample(7000, 3000), ...every100(4000, 35_000, 60_000)] };
  expect(await judged(slow, 'recovery')).toBeUndefined();
  expect(await judged(slow, 'latency')).toMatchObject({ result: 'false' });
  expect(await judged(slow, 'decision')).toBeDefined();
});

test.each([
  ['a Pod at its limit', { limitCores: 0.2 }, 195, 'true', 'at its limit (200m)'],
  ['a Pod below it', { limitCores: 0.2 }, 100, 'false', 'not at its limit (200m)'],
  ['a Pod without a limit', {}, 900, 'false', 'not at its limit: it has none, so nothing holds it back'],
  ['an autoscaled Pod beyond its target', { autoscaler: 1 }, 130, 'true', 'beyond the target (120m)'],
])('%s: whether the load was too much, in numbers that JSON has', async (_title, baseline, millicores, result, told) => {
  const busiest = { id: 'cpu-busiest', title: '', unit: 'millicores', points: [[20_000, millicores]] as [number, number][] };
  const evidence = lateToTheEnd({ autoscaler: 0, syncMs: 3000, metricsMs: 2000, ...baseline }, { series: [busiest] });
  const [draft] = await loadBit({ service: 'order', targetCores: 0.12 }).evaluate({} as never, evidence);
  expect(draft).toMatchObject({ result, message: expect.stringContaining(told) });
  expect(JSON.parse(JSON.stringify(draft))).toEqual(draft);
});
