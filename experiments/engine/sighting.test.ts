import type { Pod } from './kube/workloads.ts';
import { type Sighting, sightingLines } from './sighting.ts';

const pod = (atMs: number, ready: boolean, restarts = 0, more: { leaving?: boolean; gone?: boolean } = {}): Sighting => ({
  atMs,
  kind: 'Pod',
  gone: more.gone ?? false,
  pod: {
    metadata: { name: 'web-1', uid: 'u', ...(more.leaving && { deletionTimestamp: '2026-01-01T00:00:00Z' }) },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name: 'app', restartCount: restarts, state: { running: {} } }],
    },
  } as unknown as Pod,
});

test('a line for each change of a Pod that can be told, and for each Event', () => {
  const killing = { reason: 'Killing', message: 'Stopping container app', involvedObject: { kind: 'Pod', name: 'web-1' } };
  const told = sightingLines([
    pod(10, false),
    pod(20, false),
    pod(30, true, 1),
    { atMs: 40, kind: 'Event', event: killing as never },
    { atMs: 45, kind: 'Event', event: killing as never },
    pod(50, false, 1, { leaving: true }),
    pod(60, false, 1, { leaving: true, gone: true }),
  ]);
  expect(told).toEqual([
    { atMs: 10, object: 'Pod/web-1', saw: 'Running; not Ready; app running, 0 restarts' },
    { atMs: 30, object: 'Pod/web-1', saw: 'Running; Ready; app running, 1 restarts' },
    { atMs: 40, object: 'Pod/web-1', saw: 'Event Killing: Stopping container app' },
    { atMs: 45, object: 'Pod/web-1', saw: 'Event Killing: Stopping container app' },
    { atMs: 50, object: 'Pod/web-1', saw: 'Running; not Ready; app running, 1 restarts; leaving' },
    { atMs: 60, object: 'Pod/web-1', saw: 'gone' },
  ]);
});
