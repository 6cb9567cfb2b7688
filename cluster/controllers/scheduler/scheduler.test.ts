import type { Kinds } from '../../api/registry.ts';
import { containers, namespace, TestCluster } from '../testing/cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster({ allocatable: { cpu: '1', memory: '1Gi', pods: '110' }, stopsAfterMs: 5000 });
});
afterEach(() => cluster.stop());

const create = (name: string, cpu: string, more: object = {}): Kinds['Pod'] =>
  cluster.registry.create('Pod', { metadata: { name, namespace }, spec: { containers: containers('app', { cpu }), ...more } });
const get = (name: string): Kinds['Pod'] => cluster.registry.get('Pod', namespace, name);
const scheduled = (name: string) => get(name).status?.conditions?.find(({ type }) => type === 'PodScheduled');
const full =
  '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';

it('binds a Pod that fits, and says so', () => {
  create('a', '600m');
  cluster.advance(0);
  expect(get('a').spec?.nodeName).toBe('node');
  expect(scheduled('a')).toMatchObject({ status: 'True' });
  expect(cluster.events('a')).toEqual(['Scheduled Successfully assigned default/a to node']);
});

it('keeps a Pod Pending while there is no room, also while what makes room terminates, and then binds it', () => {
  create('a', '600m');
  create('b', '600m');
  cluster.advance(2);
  expect(get('b').status?.phase).toBe('Pending');
  expect(scheduled('b')).toMatchObject({ status: 'False', reason: 'Unschedulable', message: full, observedGeneration: 1 });
  expect(cluster.events('b')).toEqual([`FailedScheduling ${full}`]);
  cluster.registry.delete('Pod', namespace, 'a');
  cluster.advance(4);
  expect(get('b').spec?.nodeName).toBeUndefined();
  cluster.advance(2);
  expect(get('b').spec?.nodeName).toBe('node');
});

it('binds it when another has finished, or when the node has grown', () => {
  create('a', '600m');
  create('b', '600m');
  create('c', '2');
  cluster.advance(2);
  cluster.report(get('a'), 'Succeeded', false);
  cluster.advance(2);
  expect(get('b').spec?.nodeName).toBe('node');
  expect(get('c').spec?.nodeName).toBeUndefined();
  const node = cluster.registry.get('Node', '', 'node');
  cluster.registry.updateStatus('Node', { ...node, status: { ...node.status, allocatable: { cpu: '4', memory: '1Gi', pods: '110' } } });
  cluster.advance(10);
  expect(get('c').spec?.nodeName).toBe('node');
});

it('waits for the back-off before it tries again', () => {
  create('a', '600m');
  create('b', '600m');
  cluster.advance(0);
  cluster.registry.delete('Pod', namespace, 'a', { gracePeriodSeconds: 0 });
  cluster.advance(0.5);
  expect(get('b').spec?.nodeName).toBeUndefined();
  cluster.advance(0.6);
  expect(get('b').spec?.nodeName).toBe('node');
});

it('leaves alone what another scheduler is to bind', () => {
  create('a', '100m', { schedulerName: 'mine' });
  cluster.advance(5);
  expect(get('a').spec?.nodeName).toBeUndefined();
  expect(cluster.events('a')).toEqual([]);
});
