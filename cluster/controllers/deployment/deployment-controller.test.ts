import type { Kinds } from '../../api/registry.ts';
import { isPodReady } from '../pods/pod-readiness.ts';
import { clockThatJumps, containers, namespace, type StandInOptions, TestCluster, webDeployment } from '../testing/cluster.ts';
import { totalSize } from './replica-sets.ts';

type Condition = NonNullable<NonNullable<Kinds['Deployment']['status']>['conditions']>[number];

let cluster: TestCluster;
const start = (options?: StandInOptions): void => {
  cluster = new TestCluster(options);
};
afterEach(() => cluster.stop());

const image = ({ spec }: { spec?: { containers: { image?: string }[] } | undefined }): string => spec?.containers[0]?.image ?? '';
const setImage = (to: string) =>
  cluster.changeDeployment((spec) => {
    if (spec.template.spec) spec.template.spec.containers = containers(to);
  });
const condition = (type: string): Condition | undefined => cluster.deployment().status?.conditions?.find((one) => one.type === type);
const replicaSets = () =>
  cluster.registry
    .list('ReplicaSet', namespace)
    .sort(
      (a, b) =>
        Number(a.metadata.annotations?.['deployment.kubernetes.io/revision']) -
        Number(b.metadata.annotations?.['deployment.kubernetes.io/revision']),
    );

describe('a rolling update', () => {
  it('never goes below what must be available, nor above the surge', () => {
    start();
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } };
    cluster.registry.create('Deployment', webDeployment({ replicas: 4, strategy }));
    cluster.advance(5);
    expect(cluster.deployment().status).toMatchObject({ replicas: 4, readyReplicas: 4, availableReplicas: 4, updatedReplicas: 4 });
    // The surge is counted in what ReplicaSets ask for, not in Pods: one that is to go may still be there for a moment.
    const seen = { fewestReady: 4, mostAsked: 4 };
    const stops = [
      cluster.registry.watch('Pod', () => {
        const live = cluster.pods().filter(({ metadata }) => !metadata.deletionTimestamp);
        seen.fewestReady = Math.min(seen.fewestReady, live.filter(isPodReady).length);
      }),
      cluster.registry.watch('ReplicaSet', () => {
        seen.mostAsked = Math.max(seen.mostAsked, totalSize(replicaSets()));
      }),
    ];
    setImage('web:2');
    cluster.advance(30);
    for (const stop of stops) stop();
    expect(seen).toEqual({ fewestReady: 3, mostAsked: 5 });
    expect(cluster.pods().map(image)).toEqual(['web:2', 'web:2', 'web:2', 'web:2']);
    expect(cluster.deployment().metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '2' });
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    expect(cluster.deployment().metadata.generation).toBe(2);
    expect(cluster.deployment().status?.observedGeneration).toBe(2);
    expect(cluster.complaints).toEqual([]);
  });

  it('to a version that never becomes ready keeps the old one, misses its deadline, and is undone by the old template', () => {
    start({ readyAfterMs: (pod) => (image(pod) === 'web:bad' ? undefined : 1000) });
    cluster.registry.create('Deployment', webDeployment({ replicas: 3, progressDeadlineSeconds: 20 }));
    cluster.advance(5);
    setImage('web:bad');
    cluster.advance(15);
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    cluster.advance(15);
    const [old, bad] = replicaSets();
    expect(condition('Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${bad?.metadata.name}" has timed out progressing.`,
    });
    expect(condition('Available')).toMatchObject({ status: 'True' });
    expect(cluster.pods().map(image).sort()).toEqual(['web:1', 'web:1', 'web:1', 'web:bad']);
    setImage('web:1');
    cluster.advance(10);
    expect(cluster.pods().map(image)).toEqual(['web:1', 'web:1', 'web:1']);
    expect(cluster.registry.get('ReplicaSet', namespace, old?.metadata.name ?? '').metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  });

  it('waits for Pods to have been ready for minReadySeconds', () => {
    start();
    cluster.registry.create('Deployment', webDeployment({ replicas: 1, minReadySeconds: 10 }));
    cluster.advance(6);
    expect(cluster.deployment().status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    expect(condition('Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' });
    cluster.advance(6);
    expect(cluster.deployment().status).toMatchObject({ availableReplicas: 1, unavailableReplicas: 0 });
  });

  it.each([1, 2, 3])('waits for a Pod that comes available between two readings of the clock, %i ms apart', (apart) => {
    start({ now: clockThatJumps(apart) });
    cluster.registry.create('Deployment', webDeployment({ replicas: 1, minReadySeconds: 10 }));
    cluster.advance(15);
    expect(cluster.deployment().status).toMatchObject({ availableReplicas: 1 });
  });

  it('replaces a terminating Pod at once', () => {
    start({ stopsAfterMs: 20_000 });
    cluster.registry.create('Deployment', webDeployment({ replicas: 2 }));
    cluster.advance(5);
    const victim = cluster.pods()[0];
    cluster.registry.delete('Pod', namespace, victim?.metadata.name ?? '');
    cluster.advance(5);
    expect(cluster.pods()).toHaveLength(3);
    expect(cluster.deployment().status).toMatchObject({ replicas: 2, availableReplicas: 2 });
  });

  it('stands still while paused, but is scaled in proportion', () => {
    start({ readyAfterMs: (pod) => (image(pod) === 'web:2' ? undefined : 1000) });
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 2 } };
    cluster.registry.create('Deployment', webDeployment({ replicas: 8, strategy }));
    cluster.advance(5);
    setImage('web:2');
    cluster.advance(5);
    expect(replicaSets().map(({ spec }) => spec?.replicas)).toEqual([6, 4]);
    cluster.changeDeployment((spec) => {
      spec.paused = true;
      spec.replicas = 16;
    });
    cluster.advance(5);
    expect(condition('Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
    expect(replicaSets().map(({ spec }) => spec?.replicas)).toEqual([11, 7]);
    setImage('web:3');
    cluster.advance(5);
    expect(replicaSets()).toHaveLength(2);
    cluster.changeDeployment((spec) => {
      spec.paused = false;
    });
    cluster.advance(30);
    expect(replicaSets().map(({ spec }) => spec?.replicas)).toEqual([0, 0, 16]);
  });
});

describe('Recreate', () => {
  it('begins the new version when the last old Pod is gone', () => {
    start({ stopsAfterMs: 10_000 });
    cluster.registry.create('Deployment', webDeployment({ replicas: 2, strategy: { type: 'Recreate' } }));
    cluster.advance(5);
    setImage('web:2');
    cluster.advance(8);
    expect(cluster.pods().map(image)).toEqual(['web:1', 'web:1']);
    expect(replicaSets()).toHaveLength(1);
    cluster.advance(4);
    expect(cluster.pods().map(image)).toEqual(['web:2', 'web:2']);
    expect(cluster.deployment().status).toMatchObject({ availableReplicas: 2, updatedReplicas: 2 });
  });
});

describe('history and ownership', () => {
  it('keeps revisionHistoryLimit old ReplicaSets', () => {
    start();
    cluster.registry.create('Deployment', webDeployment({ replicas: 1, revisionHistoryLimit: 1 }));
    cluster.advance(5);
    for (const version of ['web:2', 'web:3', 'web:4']) {
      setImage(version);
      cluster.advance(10);
    }
    expect(replicaSets().map(({ spec }) => image(spec?.template ?? {}))).toEqual(['web:3', 'web:4']);
  });

  it('takes the ReplicaSets that an orphaning deletion left', () => {
    start();
    cluster.registry.create('Deployment', webDeployment({ replicas: 2 }));
    cluster.advance(5);
    const before = cluster.pods().map(({ metadata }) => metadata.uid);
    cluster.registry.delete('Deployment', namespace, 'web', { propagationPolicy: 'Orphan' });
    cluster.advance(5);
    expect(cluster.registry.find('Deployment', namespace, 'web')).toBeUndefined();
    expect(replicaSets()[0]?.metadata.ownerReferences).toBeUndefined();
    cluster.registry.create('Deployment', webDeployment({ replicas: 2 }));
    cluster.advance(5);
    expect(replicaSets()).toHaveLength(1);
    expect(replicaSets()[0]?.metadata.ownerReferences).toMatchObject([{ kind: 'Deployment', name: 'web', controller: true }]);
    expect(cluster.pods().map(({ metadata }) => metadata.uid)).toEqual(before);
  });

  it('takes a ReplicaSet back that somebody let go, but not once it is being deleted itself', () => {
    start();
    cluster.registry.create('Deployment', webDeployment({ replicas: 1 }));
    cluster.advance(5);
    const letGo = (): void => {
      const [one] = replicaSets();
      if (one) cluster.registry.update('ReplicaSet', { ...one, metadata: { ...one.metadata, ownerReferences: [] } });
      cluster.advance(1);
    };
    letGo();
    expect(replicaSets()[0]?.metadata.ownerReferences).toHaveLength(1);
    const deployment = cluster.deployment();
    cluster.registry.update('Deployment', { ...deployment, metadata: { ...deployment.metadata, finalizers: ['example.com/hold'] } });
    cluster.registry.delete('Deployment', namespace, 'web');
    letGo();
    expect(replicaSets()[0]?.metadata.ownerReferences).toEqual([]);
  });

  it('takes another name where a ReplicaSet of another template has it', () => {
    start();
    cluster.registry.create('Deployment', webDeployment({ replicas: 0 }));
    cluster.advance(1);
    const taken = replicaSets()[0];
    cluster.registry.delete('Deployment', namespace, 'web');
    cluster.advance(1);
    cluster.registry.create('ReplicaSet', {
      metadata: { name: taken?.metadata.name ?? '', namespace },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'other' } },
        template: { metadata: { labels: { app: 'other' } }, spec: { containers: containers('other') } },
      },
    });
    cluster.registry.create('Deployment', webDeployment({ replicas: 1 }));
    cluster.advance(5);
    expect(cluster.deployment().status).toMatchObject({ collisionCount: 1, availableReplicas: 1 });
    expect(cluster.registry.list('ReplicaSet', namespace)).toHaveLength(2);
  });

  it('says that its ReplicaSet cannot be made, and makes it when it can', () => {
    start();
    const { registry } = cluster;
    const create = registry.create.bind(registry);
    registry.create = ((kind, draft) => {
      if (kind === 'ReplicaSet') throw new Error('exceeded quota');
      return create(kind, draft);
    }) as typeof registry.create;
    registry.create('Deployment', webDeployment({ replicas: 1 }));
    cluster.advance(1);
    const message = expect.stringMatching(/^Failed to create new replica set "web-\w+": exceeded quota$/);
    expect(condition('Progressing')).toMatchObject({ status: 'False', reason: 'ReplicaSetCreateError', message });
    expect(cluster.events('web')[0]).toMatch(/^ReplicaSetCreateError Failed to create new replica set/);
    registry.create = create;
    cluster.advance(10);
    expect(cluster.deployment().status).toMatchObject({ availableReplicas: 1 });
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  });

  it('tells of sizes that changed', () => {
    start();
    cluster.registry.create('Deployment', webDeployment({ replicas: 2 }));
    cluster.advance(5);
    const name = replicaSets()[0]?.metadata.name;
    cluster.changeDeployment((spec) => {
      spec.replicas = 1;
    });
    cluster.advance(5);
    expect(cluster.events('web')).toEqual([
      `ScalingReplicaSet Scaled up replica set ${name} from 0 to 2`,
      `ScalingReplicaSet Scaled down replica set ${name} from 2 to 1`,
    ]);
  });
});
