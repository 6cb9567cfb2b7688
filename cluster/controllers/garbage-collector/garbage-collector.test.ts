import type { Kind } from '../../api/registry.ts';
import { ownerReference } from '../ownership.ts';
import { namespace, TestCluster, webDeployment } from '../testing/cluster.ts';
import { decideCollection, type Standing } from './decide-collection.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster({ stopsAfterMs: 3000 });
});
afterEach(() => cluster.stop());

const count = (kind: Kind): number => cluster.registry.list(kind, namespace).length;
const configMap = (name: string, owners: string[] = [], more: object = {}) =>
  cluster.registry.create('ConfigMap', {
    metadata: {
      name,
      namespace,
      ownerReferences: owners.map((owner) => ({
        ...ownerReference(cluster.registry.get('ConfigMap', namespace, owner)),
        controller: false,
        ...more,
      })),
    },
  });
const names = (): string[] => cluster.registry.list('ConfigMap', namespace).map(({ metadata }) => metadata.name);

describe('deletion of a Deployment', () => {
  beforeEach(() => {
    cluster.registry.create('Deployment', webDeployment({ replicas: 2 }));
    cluster.advance(5);
  });

  it('in the background takes the owner at once, then its dependents', () => {
    cluster.registry.delete('Deployment', namespace, 'web', { propagationPolicy: 'Background' });
    expect(count('Deployment')).toBe(0);
    cluster.advance(1);
    expect(count('ReplicaSet')).toBe(0);
    expect(cluster.pods().map(({ metadata }) => metadata.deletionGracePeriodSeconds)).toEqual([30, 30]);
    cluster.advance(5);
    expect(count('Pod')).toBe(0);
  });

  it('in the foreground takes Pods, ReplicaSet and owner in this order', () => {
    const gone: string[] = [];
    for (const kind of ['Deployment', 'ReplicaSet', 'Pod'] as const)
      cluster.registry.watch(kind, ({ type }) => type === 'DELETED' && gone.push(kind));
    cluster.registry.delete('Deployment', namespace, 'web', { propagationPolicy: 'Foreground' });
    cluster.advance(1);
    expect(cluster.registry.get('Deployment', namespace, 'web').metadata.finalizers).toEqual(['foregroundDeletion']);
    expect(count('ReplicaSet')).toBe(1);
    // A Pod owns nothing: it needs no finalizer, and no Pod is made in its place.
    expect(cluster.pods().map(({ metadata }) => [metadata.finalizers, Boolean(metadata.deletionTimestamp)])).toEqual([
      [undefined, true],
      [undefined, true],
    ]);
    cluster.advance(5);
    expect(gone).toEqual(['Pod', 'Pod', 'ReplicaSet', 'Deployment']);
  });

  it('as orphan leaves the ReplicaSet, without the owner', () => {
    cluster.registry.delete('Deployment', namespace, 'web', { propagationPolicy: 'Orphan' });
    cluster.advance(5);
    expect([count('Deployment'), count('ReplicaSet'), count('Pod')]).toEqual([0, 1, 2]);
    expect(cluster.registry.list('ReplicaSet', namespace)[0]?.metadata).not.toHaveProperty('ownerReferences');
  });
});

describe('dependents of several owners', () => {
  it('live as long as one owner does', () => {
    for (const owner of ['a', 'b']) configMap(owner);
    configMap('both', ['a', 'b']);
    cluster.registry.delete('ConfigMap', namespace, 'a');
    cluster.advance(1);
    expect(names()).toEqual(['b', 'both']);
    expect(cluster.registry.get('ConfigMap', namespace, 'both').metadata.ownerReferences?.map(({ name }) => name)).toEqual(['b']);
    cluster.registry.delete('ConfigMap', namespace, 'b');
    cluster.advance(1);
    expect(names()).toEqual([]);
  });

  it('are let go by one that is deleted in the foreground, and do not hold it', () => {
    for (const owner of ['a', 'b']) configMap(owner);
    configMap('both', ['a', 'b']);
    cluster.registry.delete('ConfigMap', namespace, 'a', { propagationPolicy: 'Foreground' });
    cluster.advance(1);
    expect(names()).toEqual(['b', 'both']);
  });

  it('hold an owner that is deleted in the foreground until they let go of it', () => {
    configMap('a');
    configMap('held', ['a']);
    const held = (change: object): void => {
      const now = cluster.registry.get('ConfigMap', namespace, 'held');
      cluster.registry.update('ConfigMap', { ...now, metadata: { ...now.metadata, ...change } });
    };
    held({ finalizers: ['example.com/hold'] });
    cluster.registry.delete('ConfigMap', namespace, 'a', { propagationPolicy: 'Foreground' });
    cluster.advance(1);
    expect(names()).toEqual(['a', 'held']);
    held({ ownerReferences: [] });
    cluster.advance(1);
    expect(names()).toEqual(['held']);
  });

  it('do not take a new object of the same name for their owner', () => {
    configMap('a');
    configMap('dependent', ['a']);
    cluster.registry.delete('ConfigMap', namespace, 'a');
    configMap('a');
    cluster.advance(1);
    expect(names()).toEqual(['a']);
  });
});

it('an owner of a kind that nobody knows is taken to be there', () => {
  const owner = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: 'w-1' };
  cluster.registry.create('ConfigMap', { metadata: { name: 'mine', namespace, ownerReferences: [owner] } });
  cluster.advance(1);
  expect(names()).toEqual(['mine']);
});

describe('decideCollection', () => {
  const reference = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid: name });
  const decide = (standings: Standing[], hasDependents = false, finalizers: string[] = []) =>
    decideCollection(
      { ownerReferences: standings.map((_, index) => reference(String(index))), finalizers },
      ({ uid }) => standings[Number(uid)] ?? 'dangling',
      hasDependents,
    );
  it.each<[Standing[], boolean, string[], object]>([
    [[], false, [], { value: 'keep' }],
    [['solid'], false, [], { value: 'keep' }],
    [['solid', 'dangling', 'waiting'], true, [], { value: 'unlink', ownerReferences: [reference('0')] }],
    [['dangling'], true, [], { value: 'delete', propagationPolicy: 'Background' }],
    [['waiting'], false, [], { value: 'delete', propagationPolicy: 'Background' }],
    [['dangling', 'waiting'], true, [], { value: 'delete', propagationPolicy: 'Foreground' }],
    [['dangling'], true, ['orphan'], { value: 'delete', propagationPolicy: 'Orphan' }],
    [['dangling'], true, ['foregroundDeletion'], { value: 'delete', propagationPolicy: 'Foreground' }],
  ])('owners %j, dependents %j, finalizers %j: %j', (standings, hasDependents, finalizers, expected) => {
    expect(decide(standings, hasDependents, finalizers)).toEqual(expected);
  });
});
