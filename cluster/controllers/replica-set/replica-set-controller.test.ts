import type { Kinds } from '../../api/registry.ts';
import { containers, namespace, TestCluster } from '../testing/cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
});
afterEach(() => cluster.stop());

const labels = { app: 'web' };
const create = (replicas: number, image = 'web:1'): Kinds['ReplicaSet'] =>
  cluster.registry.create('ReplicaSet', {
    metadata: { name: 'web', namespace },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: containers(image) } } },
  });
const get = (): Kinds['ReplicaSet'] => cluster.registry.get('ReplicaSet', namespace, 'web');
const scale = (replicas: number): void => {
  const one = structuredClone(get());
  if (one.spec) one.spec.replicas = replicas;
  cluster.registry.update('ReplicaSet', one);
};

it('makes as many Pods as are asked for, named after it', () => {
  create(3);
  cluster.advance(3);
  expect(cluster.pods().map(({ metadata }) => metadata.name)).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/^web-[b-z2-9]{5}$/)),
  );
  expect(get().status).toEqual({ replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 3, availableReplicas: 3, observedGeneration: 1 });
  expect(cluster.events('web')).toEqual(cluster.pods().map(() => expect.stringMatching(/^SuccessfulCreate Created pod: web-\w{5}$/)));
});

it('adopts a Pod that matches, and lets one go that no longer does', () => {
  cluster.registry.create('Pod', { metadata: { name: 'alone', namespace, labels }, spec: { containers: containers('web:1') } });
  create(2);
  cluster.advance(3);
  expect(cluster.pods()).toHaveLength(2);
  const alone = cluster.registry.get('Pod', namespace, 'alone');
  expect(alone.metadata.ownerReferences).toMatchObject([{ kind: 'ReplicaSet', name: 'web', controller: true, blockOwnerDeletion: true }]);
  cluster.registry.update('Pod', { ...alone, metadata: { ...alone.metadata, labels: { app: 'debug' } } });
  cluster.advance(3);
  expect(cluster.registry.get('Pod', namespace, 'alone').metadata).not.toHaveProperty('ownerReferences');
  expect(cluster.pods(labels)).toHaveLength(2);
  expect(cluster.pods()).toHaveLength(3);
});

it('replaces a Pod that has failed, and leaves it there', () => {
  create(1);
  cluster.advance(3);
  const [failed] = cluster.pods();
  if (failed) cluster.report(failed, 'Failed', false);
  cluster.advance(3);
  expect(cluster.pods()).toHaveLength(2);
  expect(get().status).toMatchObject({ replicas: 1, readyReplicas: 1 });
});

it('deletes the Pods that are worth least', () => {
  create(3);
  cluster.advance(3);
  const [, unready] = cluster.pods();
  if (unready) cluster.report(unready, 'Running', false);
  scale(2);
  cluster.advance(1);
  const going = cluster.pods().filter(({ metadata }) => metadata.deletionTimestamp);
  expect(going.map(({ metadata }) => metadata.name)).toEqual([unready?.metadata.name]);
  expect(cluster.events('web')).toContain(`SuccessfulDelete Deleted pod: ${unready?.metadata.name}`);
});

it('says that it cannot make Pods, and tries again with back-off', () => {
  const limit = 2;
  const { registry } = cluster;
  const create_ = registry.create.bind(registry);
  let tries = 0;
  registry.create = ((kind, draft) => {
    if (kind === 'Pod' && registry.list('Pod').length >= limit) {
      tries += 1;
      throw new Error('pods "web-x" is forbidden: exceeded quota');
    }
    return create_(kind, draft);
  }) as typeof registry.create;
  create(3);
  cluster.advance(3);
  expect(get().status).toMatchObject({
    replicas: 2,
    conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'pods "web-x" is forbidden: exceeded quota' }],
  });
  expect(cluster.events('web')).toContain('FailedCreate Error creating: pods "web-x" is forbidden: exceeded quota');
  expect(tries).toBeGreaterThan(3);
  expect(tries).toBeLessThan(20);
  registry.create = create_;
  cluster.advance(10);
  expect(get().status).toMatchObject({ replicas: 3 });
  expect(get().status).not.toHaveProperty('conditions');
});
