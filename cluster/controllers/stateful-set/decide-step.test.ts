import { timestamp } from '../../api/object.ts';
import type { Kinds } from '../../api/registry.ts';
import { decideSteps } from './decide-step.ts';

const nowMs = Date.parse('2026-01-01T12:00:00Z');
const metadata = (name: string) => ({ name, uid: name, resourceVersion: '1', creationTimestamp: timestamp(nowMs) });
const pod = (ordinal: number, ready: boolean, more: object = {}): Kinds['Pod'] => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...metadata(`db-${ordinal}`), labels: { 'controller-revision-hash': 'one' }, ...more },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});
const set = (replicas: number): Kinds['StatefulSet'] => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: metadata('db'),
  spec: { replicas, selector: {}, template: {}, updateStrategy: { type: 'RollingUpdate' } },
});
const decide = (replicas: number, ...pods: Kinds['Pod'][]): string[] =>
  decideSteps(set(replicas), pods, { current: 'one', update: 'one' }, nowMs).map((step) =>
    'delete' in step ? `delete ${step.delete.metadata.name}` : `create db-${step.create}`,
  );

describe('the scale-down of an ordered set', () => {
  it('begins with the highest ordinal', () => expect(decide(1, pod(0, true), pod(1, true), pod(2, true))).toEqual(['delete db-2']));
  it('takes the highest though unhealthy, where it is the first that is', () =>
    expect(decide(1, pod(0, true), pod(1, true), pod(2, false))).toEqual(['delete db-2']));
  it('waits for a lower one that is unhealthy as well', () => expect(decide(1, pod(0, true), pod(1, false), pod(2, false))).toEqual([]));
  it('takes a healthy one though a lower condemned one is not', () =>
    expect(decide(1, pod(0, true), pod(1, false), pod(2, true))).toEqual(['delete db-2']));
  it('waits for one that terminates', () =>
    expect(decide(1, pod(0, true), pod(1, true), pod(2, true, { deletionTimestamp: timestamp(nowMs) }))).toEqual([]));
  it('does not begin while a Pod is missing', () => expect(decide(2, pod(0, true), pod(2, true))).toEqual(['create db-1']));
});
