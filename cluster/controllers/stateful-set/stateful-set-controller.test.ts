import type { Draft, Kinds } from '../../api/registry.ts';
import { clockThatJumps, containers, namespace, type StandInOptions, TestCluster } from '../testing/cluster.ts';

type StatefulSet = Kinds['StatefulSet'];
type Spec = NonNullable<StatefulSet['spec']>;

let cluster: TestCluster;
const start = (options: StandInOptions = {}): void => {
  cluster = new TestCluster({ stopsAfterMs: 1000, ...options });
};
afterEach(() => cluster.stop());

const draft = (more: Partial<Spec> = {}): Draft<'StatefulSet'> => ({
  metadata: { name: 'db', namespace },
  spec: {
    serviceName: 'db',
    replicas: 3,
    selector: { matchLabels: { app: 'db' } },
    template: { metadata: { labels: { app: 'db' } }, spec: { containers: containers('db:1') } },
    ...more,
  },
});
const create = (more: Partial<Spec> = {}) => cluster.registry.create('StatefulSet', draft(more));
const get = (): StatefulSet => cluster.registry.get('StatefulSet', namespace, 'db');
const change = (act: (spec: Spec) => void): void => {
  const set = structuredClone(get());
  if (set.spec) act(set.spec);
  cluster.registry.update('StatefulSet', set);
};
const setImage = (image: string): void =>
  change((spec) => {
    if (spec.template.spec) spec.template.spec.containers = containers(image);
  });
const imageOf = (pod: Kinds['Pod']): string => pod.spec?.containers[0]?.image ?? '';
const shown = (): string[] =>
  cluster.pods().map((pod) => `${pod.metadata.name} ${imageOf(pod)}${pod.metadata.deletionTimestamp ? ' terminating' : ''}`);
const names = (): string[] => cluster.pods().map(({ metadata }) => metadata.name);

describe('OrderedReady', () => {
  it('makes one Pod after another, each when the one before is ready', () => {
    start({ readyAfterMs: () => 2000 });
    create();
    cluster.advance(1);
    expect(names()).toEqual(['db-0']);
    cluster.advance(2);
    expect(names()).toEqual(['db-0', 'db-1']);
    cluster.advance(4);
    expect(names()).toEqual(['db-0', 'db-1', 'db-2']);
    expect(cluster.events('db')).toEqual([0, 1, 2].map((each) => `SuccessfulCreate create Pod db-${each} in StatefulSet db successful`));
  });

  it('names and labels Pods by their ordinal', () => {
    start();
    create({ replicas: 1, ordinals: { start: 5 } });
    cluster.advance(2);
    const [pod] = cluster.pods();
    expect(pod?.metadata.name).toBe('db-5');
    expect(pod?.metadata.labels).toEqual({
      app: 'db',
      'apps.kubernetes.io/pod-index': '5',
      'statefulset.kubernetes.io/pod-name': 'db-5',
      'controller-revision-hash': get().status?.currentRevision,
    });
    expect(pod?.spec).toMatchObject({ hostname: 'db-5', subdomain: 'db' });
  });

  it('waits for minReadySeconds before the next', () => {
    start();
    create({ replicas: 2, minReadySeconds: 10 });
    cluster.advance(8);
    expect(names()).toEqual(['db-0']);
    expect(get().status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    cluster.advance(5);
    expect(names()).toEqual(['db-0', 'db-1']);
  });

  it.each([1, 2, 3])('waits for a Pod that comes available between two readings of the clock, %i ms apart', (apart) => {
    start({ now: clockThatJumps(apart) });
    create({ replicas: 2, minReadySeconds: 10 });
    cluster.advance(30);
    expect(names()).toEqual(['db-0', 'db-1']);
    expect(get().status).toMatchObject({ availableReplicas: 2 });
  });

  it('scales down from the highest, each when the one before is gone', () => {
    start({ stopsAfterMs: 3000 });
    create();
    cluster.advance(10);
    change((spec) => {
      spec.replicas = 1;
    });
    cluster.advance(1);
    expect(shown()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:1 terminating']);
    expect(get().status).toMatchObject({ replicas: 3, currentReplicas: 2 });
    cluster.advance(3);
    expect(shown()).toEqual(['db-0 db:1', 'db-1 db:1 terminating']);
    cluster.advance(3);
    expect(names()).toEqual(['db-0']);
  });

  it('does not scale down while a wanted Pod is unhealthy', () => {
    start();
    create();
    cluster.advance(10);
    cluster.report(cluster.registry.get('Pod', namespace, 'db-0'), 'Running', false);
    change((spec) => {
      spec.replicas = 2;
    });
    cluster.advance(5);
    expect(names()).toEqual(['db-0', 'db-1', 'db-2']);
    cluster.report(cluster.registry.get('Pod', namespace, 'db-0'), 'Running', true);
    cluster.advance(5);
    expect(names()).toEqual(['db-0', 'db-1']);
  });

  it('makes a Pod again under its name when the old one is gone, not before', () => {
    start({ stopsAfterMs: 5000 });
    create({ replicas: 2 });
    cluster.advance(5);
    const before = cluster.registry.get('Pod', namespace, 'db-0').metadata.uid;
    cluster.registry.delete('Pod', namespace, 'db-0');
    cluster.advance(4);
    expect(shown()).toEqual(['db-0 db:1 terminating', 'db-1 db:1']);
    cluster.advance(2);
    expect(shown()).toEqual(['db-0 db:1', 'db-1 db:1']);
    expect(cluster.registry.get('Pod', namespace, 'db-0').metadata.uid).not.toBe(before);
  });

  it('replaces a Pod that has failed', () => {
    start();
    create({ replicas: 1 });
    cluster.advance(3);
    const before = cluster.report(cluster.registry.get('Pod', namespace, 'db-0'), 'Failed', false).metadata.uid;
    cluster.advance(3);
    expect(cluster.registry.get('Pod', namespace, 'db-0')).toMatchObject({ status: { phase: 'Running' } });
    expect(cluster.registry.get('Pod', namespace, 'db-0').metadata.uid).not.toBe(before);
  });
});

describe('Parallel', () => {
  it('makes and ends all at once, and still updates one at a time', () => {
    start();
    create({ podManagementPolicy: 'Parallel' });
    cluster.advance(0);
    expect(names()).toEqual(['db-0', 'db-1', 'db-2']);
    cluster.advance(5);
    setImage('db:2');
    cluster.advance(0.5);
    expect(shown()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:1 terminating']);
    cluster.advance(20);
    expect(shown()).toEqual(['db-0 db:2', 'db-1 db:2', 'db-2 db:2']);
    change((spec) => {
      spec.replicas = 1;
    });
    cluster.advance(0.5);
    expect(shown()).toEqual(['db-0 db:2', 'db-1 db:2 terminating', 'db-2 db:2 terminating']);
  });
});

describe('an update', () => {
  it('goes from the highest ordinal down to the partition, and is the current revision when all have it', () => {
    start();
    create({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    cluster.advance(10);
    const first = get().status?.currentRevision;
    setImage('db:2');
    cluster.advance(20);
    expect(shown()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:2']);
    expect(get().status).toMatchObject({ currentRevision: first, currentReplicas: 2, updatedReplicas: 1 });
    // Below the partition a Pod is made again as it was.
    cluster.registry.delete('Pod', namespace, 'db-0');
    cluster.advance(5);
    expect(shown()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:2']);
    change((spec) => {
      spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 0 } };
    });
    cluster.advance(20);
    expect(shown()).toEqual(['db-0 db:2', 'db-1 db:2', 'db-2 db:2']);
    const { currentRevision, updateRevision } = get().status ?? {};
    expect(currentRevision).toBe(updateRevision);
    expect(currentRevision).not.toBe(first);
    expect(cluster.registry.list('ControllerRevision', namespace).map(({ revision }) => revision)).toEqual(expect.arrayContaining([1, 2]));
  });

  it('that is broken stops at the first Pod, and the old template does not heal it until that Pod is deleted', () => {
    start({ readyAfterMs: (pod) => (imageOf(pod) === 'db:bad' ? undefined : 1000) });
    create();
    cluster.advance(10);
    setImage('db:bad');
    cluster.advance(20);
    expect(shown()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:bad']);
    setImage('db:1');
    cluster.advance(20);
    expect(shown()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:bad']);
    cluster.registry.delete('Pod', namespace, 'db-2');
    cluster.advance(10);
    expect(shown()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:1']);
    // The old template is its old revision with a new number.
    expect(cluster.registry.get('ControllerRevision', namespace, get().status?.updateRevision ?? '').revision).toBe(3);
  });

  it('of OnDelete waits for each Pod to be deleted', () => {
    start();
    create({ replicas: 2, updateStrategy: { type: 'OnDelete' } });
    cluster.advance(10);
    setImage('db:2');
    cluster.advance(10);
    expect(shown()).toEqual(['db-0 db:1', 'db-1 db:1']);
    cluster.registry.delete('Pod', namespace, 'db-0');
    cluster.advance(5);
    expect(shown()).toEqual(['db-0 db:2', 'db-1 db:1']);
    expect(get().status).toMatchObject({ updatedReplicas: 1 });
    cluster.registry.delete('Pod', namespace, 'db-1');
    cluster.advance(5);
    // Only a rolling update makes its revision the current one.
    const { currentRevision, updateRevision, updatedReplicas } = get().status ?? {};
    expect(updatedReplicas).toBe(2);
    expect(currentRevision).not.toBe(updateRevision);
  });
});

it('takes Pods and revisions that an orphaning deletion left', () => {
  start();
  create({ replicas: 2 });
  cluster.advance(5);
  const before = cluster.pods().map(({ metadata }) => metadata.uid);
  cluster.registry.delete('StatefulSet', namespace, 'db', { propagationPolicy: 'Orphan' });
  cluster.advance(2);
  expect(cluster.pods().map(({ metadata }) => metadata.ownerReferences)).toEqual([undefined, undefined]);
  create({ replicas: 2 });
  cluster.advance(5);
  expect(cluster.pods().map(({ metadata }) => metadata.uid)).toEqual(before);
  expect(cluster.pods().map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)).toEqual([get().metadata.uid, get().metadata.uid]);
  expect(cluster.registry.list('ControllerRevision', namespace)).toHaveLength(1);
});
