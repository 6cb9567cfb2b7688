import type { FaultRecord } from '../../engine/journal.ts';
import type { Pod } from '../../engine/kube/workloads.ts';
import type { Sighting } from '../../engine/sighting.ts';
import { tellStory } from './victim-story.ts';

const startedAt = '2026-01-01T00:00:00.000Z';
const at = (ms: number): string => new Date(Date.parse(startedAt) + ms).toISOString();
const fault: FaultRecord = {
  id: 'hung',
  fault: 'event-loop-hang',
  target: 'Pod app=web',
  settings: {},
  injectedAt: at(900),
  bitAt: at(1000),
  undoneAt: at(20_000),
  proof: { bit: true, message: '' },
  chosen: { pod: 'web-a', uid: 'a', restarts: 1 },
};
const pod = (atMs: number, ready: boolean, restartCount: number, running = true, uid = 'a'): Sighting => {
  const state = running ? { running: {} } : { terminated: { exitCode: 137 } };
  const status: Pod['status'] = {
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [{ name: 'web', ready, restartCount, state }],
  };
  return { atMs, kind: 'Pod', gone: false, pod: { metadata: { name: `web-${uid}`, uid }, status } };
};
const event = (atMs: number, message: string, name = 'web-a', reason = 'Killing'): Sighting => ({
  atMs,
  kind: 'Event',
  event: { metadata: { name: `e${atMs}`, uid: `e${atMs}` }, reason, message, involvedObject: { kind: 'Pod', name } },
});
const killing = 'Container web failed liveness probe, will be restarted';
const whole: Sighting[] = [
  pod(100, true, 1),
  event(500, killing), // of a time before
  pod(1500, true, 1, true, 'b'),
  pod(3000, false, 1),
  event(5000, 'Liveness probe failed: context deadline exceeded', 'web-a', 'Unhealthy'),
  event(6000, killing, 'web-b'),
  event(6500, killing),
  pod(9000, false, 1, false),
  pod(9400, false, 2),
  pod(10_400, true, 2),
];
const tell = (sightings: Sighting[], change: Partial<FaultRecord> = {}) =>
  tellStory({ faults: [{ ...fault, ...change }], sightings, startedAt }, 'hung');

test('the whole story, by when each part of it was seen', () => {
  expect(tell(whole)).toMatchObject({
    pod: 'web-a',
    bitMs: 1000,
    unreadyMs: 3000,
    detectedMs: 6500,
    restartedMs: 9400,
    readyMs: 10_400,
    endMs: 20_000,
  });
});

test('what happens after the undo is not the kubelet’s doing', () => {
  expect(tell(whole, { undoneAt: at(5500) })).toMatchObject({
    detectedMs: null,
    restartedMs: null,
    readyMs: null,
    unreadyMs: 3000,
    endMs: 5500,
  });
});

test('a restart for another reason is no detection', () => {
  const crashed = whole.filter((one) => one.kind === 'Pod');
  expect(tell(crashed)).toMatchObject({ detectedMs: null, restartedMs: 9400 });
});

test('there is none of a fault that did not bite or chose nobody', () => {
  expect(tell(whole, { bitAt: null })).toBeUndefined();
  expect(tell(whole, { chosen: { pod: null } })).toBeUndefined();
  expect(tell([])).toBeUndefined();
});
