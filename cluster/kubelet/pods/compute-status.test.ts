import { newRecords } from '../containers/container-record.ts';
import { computeStatus, type PodFacts } from './compute-status.ts';
import type { Pod } from './pod.ts';

const pod = (status: Pod['status'] = { phase: 'Pending', qosClass: 'Burstable' }): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', generation: 2 },
  spec: { containers: [{ name: 'app', image: 'i' }], readinessGates: [{ conditionType: 'gate' }] },
  status,
});
const facts = (more: Partial<PodFacts> = {}): PodFacts => ({
  records: newRecords(pod()),
  probes: () => ({ startup: 'absent', readiness: 'absent' }),
  hostIP: '127.37.0.1',
  startedAtMs: Date.parse('2026-01-01T00:00:01.900Z'),
  isSetUp: true,
  isTerminal: false,
  ...more,
});
const now = Date.parse('2026-01-01T00:00:05.999Z');
const condition = (status: NonNullable<Pod['status']>, wanted: string) => status.conditions?.find(({ type }) => type === wanted);

test('times are whole seconds, and a transition is dated by a change of status alone', () => {
  const first = computeStatus(pod(), facts(), now);
  expect(first.startTime).toBe('2026-01-01T00:00:01Z');
  expect(condition(first, 'Ready')).toEqual({
    type: 'Ready',
    status: 'False',
    reason: 'ContainersNotReady',
    message: 'containers with unready status: [app]',
    observedGeneration: 2,
    lastTransitionTime: '2026-01-01T00:00:05Z',
  });
  const later = computeStatus(pod(first), facts({ isSetUp: false }), now + 60_000);
  expect(condition(later, 'Ready')?.lastTransitionTime).toBe('2026-01-01T00:00:05Z');
  expect(condition(later, 'PodReadyToStartContainers')).toMatchObject({ status: 'False', lastTransitionTime: '2026-01-01T00:01:05Z' });
});

test('what others wrote stays: the QoS class, and conditions that are not ours', () => {
  const gate = { type: 'gate', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const status = computeStatus(pod({ phase: 'Pending', qosClass: 'Burstable', conditions: [gate] }), facts(), now);
  expect(status.qosClass).toBe('Burstable');
  expect(condition(status, 'gate')).toEqual(gate);
});

test('a terminal phase never changes, and a Pod that is over is in one', () => {
  expect(computeStatus(pod({ phase: 'Succeeded' }), facts(), now).phase).toBe('Succeeded');
  expect(computeStatus(pod(), facts({ isTerminal: true }), now).phase).toBe('Failed');
  const failure = { reason: 'DeadlineExceeded', message: 'too long' };
  expect(computeStatus(pod(), facts({ failure, isTerminal: true }), now)).toMatchObject({ phase: 'Failed', ...failure });
  // Its containers may still run.
  const ending = computeStatus(pod(), facts({ failure }), now);
  expect([ending.phase, ending.reason]).toEqual(['Pending', undefined]);
});
