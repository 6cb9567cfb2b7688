import { ApiError } from '../../api/errors.ts';
import type { Draft } from '../../api/registry.ts';
import { TestCluster, webDeployment } from '../testing/cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster({ stopsAfterMs: 5000 });
});
afterEach(() => cluster.stop());

const web = (): Draft<'Deployment'> => ({ ...webDeployment({ replicas: 2 }), metadata: { name: 'web', namespace: 'lab' } });

it('gives each namespace its ServiceAccount, again where it is deleted', () => {
  cluster.registry.create('Namespace', { metadata: { name: 'lab' } });
  cluster.advance(0);
  expect(cluster.registry.find('ServiceAccount', 'lab', 'default')).toBeDefined();
  cluster.registry.delete('ServiceAccount', 'lab', 'default');
  cluster.advance(0);
  expect(cluster.registry.find('ServiceAccount', 'lab', 'default')).toBeDefined();
  expect(cluster.registry.find('ServiceAccount', 'kube-system', 'default')).toBeDefined();
});

it('empties a namespace that is deleted, Pods with their grace, and lets it go', () => {
  const { registry } = cluster;
  registry.create('Namespace', { metadata: { name: 'lab' } });
  registry.create('Deployment', web());
  registry.create('Service', { metadata: { name: 'web', namespace: 'lab' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });
  registry.create('ConfigMap', { metadata: { name: 'settings', namespace: 'lab' }, data: { a: 'b' } });
  cluster.advance(5);
  expect(registry.list('EndpointSlice', 'lab')).toHaveLength(1);
  registry.delete('Namespace', '', 'lab');
  cluster.advance(1);
  expect(registry.get('Namespace', '', 'lab').status?.phase).toBe('Terminating');
  expect(registry.list('Pod', 'lab').map(({ metadata }) => metadata.deletionGracePeriodSeconds)).toEqual([30, 30]);
  expect(() => registry.create('Deployment', web())).toThrow(ApiError);
  cluster.advance(6);
  expect(registry.find('Namespace', '', 'lab')).toBeUndefined();
  for (const kind of ['Deployment', 'ReplicaSet', 'Pod', 'Service', 'EndpointSlice', 'Endpoints', 'ConfigMap', 'Event'] as const)
    expect([kind, registry.list(kind, 'lab').length]).toEqual([kind, 0]);
  expect(cluster.complaints).toEqual([]);
});

it('lets no Pod be missed in a namespace that goes', () => {
  const { registry } = cluster;
  registry.create('Namespace', { metadata: { name: 'lab' } });
  registry.create('Deployment', web());
  cluster.advance(5);
  const [pod] = registry.list('Pod', 'lab');
  registry.delete('Pod', 'lab', pod?.metadata.name ?? '', { gracePeriodSeconds: 0 });
  registry.delete('Namespace', '', 'lab');
  const told: (string | undefined)[] = [];
  registry.watch('Event', ({ object }) => told.push(object.reason));
  cluster.advance(10);
  expect(registry.find('Namespace', '', 'lab')).toBeUndefined();
  expect(cluster.complaints).toEqual([]);
  expect(told).not.toContain('FailedCreate');
});

it('waits for what has finalizers', () => {
  const { registry } = cluster;
  registry.create('Namespace', { metadata: { name: 'lab' } });
  registry.create('ConfigMap', { metadata: { name: 'held', namespace: 'lab', finalizers: ['example.com/hold'] } });
  cluster.advance(1);
  registry.delete('Namespace', '', 'lab');
  cluster.advance(5);
  expect(registry.find('Namespace', '', 'lab')).toBeDefined();
  const held = registry.get('ConfigMap', 'lab', 'held');
  registry.update('ConfigMap', { ...held, metadata: { ...held.metadata, finalizers: [] } });
  cluster.advance(1);
  expect(registry.find('Namespace', '', 'lab')).toBeUndefined();
});
