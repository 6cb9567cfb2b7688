import type { Kinds } from '../../api/registry.ts';
import { containers, namespace, type StandInOptions, TestCluster, webDeployment } from '../testing/cluster.ts';

type Spec = NonNullable<Kinds['HorizontalPodAutoscaler']['spec']>;

let cluster: TestCluster;
/** Cores that each Pod uses; undefined: nothing is known. */
let cores: number | undefined;
const start = (options: StandInOptions = {}): void => {
  cluster = new TestCluster({
    usage: () =>
      cores === undefined
        ? undefined
        : { atMs: Date.now(), windowMs: 5000, containers: [{ name: 'app', cpuCores: cores, memoryBytes: 2 ** 20 }] },
    ...options,
  });
  cluster.registry.create(
    'Deployment',
    webDeployment({
      replicas: 1,
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: containers('web:1', { cpu: '200m' }) } },
    }),
  );
  cluster.advance(30);
};
beforeEach(() => {
  cores = 0.02;
});
afterEach(() => cluster.stop());

const autoscale = (more: Partial<Spec> = {}, name = 'web') =>
  cluster.registry.create('HorizontalPodAutoscaler', {
    metadata: { name, namespace },
    spec: {
      minReplicas: 1,
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 20 } } }],
      ...more,
    },
  });
const status = (name = 'web') => cluster.registry.get('HorizontalPodAutoscaler', namespace, name).status;
const condition = (type: string) => status()?.conditions?.find((one) => one.type === type);
const replicas = (): number | undefined => cluster.deployment().spec?.replicas;

it('scales from 1 to 3 under load, and back to 1 five minutes after it', () => {
  start();
  autoscale();
  cluster.advance(14);
  expect(status()).toEqual({ desiredReplicas: 0 });
  cluster.advance(2);
  expect(status()).toMatchObject({ currentReplicas: 1, desiredReplicas: 1 });
  expect(condition('AbleToScale')).toMatchObject({ status: 'True', reason: 'ReadyForNewScale' });
  cores = 0.1;
  cluster.advance(15);
  expect(replicas()).toBe(3);
  expect(cluster.events('web')).toContain(
    'SuccessfulRescale New size: 3; reason: cpu resource utilization (percentage of request) above target',
  );
  expect(status()).toMatchObject({
    currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 50, averageValue: '100m' } } }],
    lastScaleTime: expect.stringMatching(/Z$/),
  });
  cores = 0.002;
  cluster.advance(290);
  expect(replicas()).toBe(3);
  expect(condition('AbleToScale')).toMatchObject({ reason: 'ScaleDownStabilized' });
  cluster.advance(30);
  expect(replicas()).toBe(1);
  expect(cluster.events('web')).toContain('SuccessfulRescale New size: 1; reason: All metrics below target');
  expect(cluster.complaints).toEqual([]);
});

it('goes by its behavior', () => {
  start();
  autoscale({ behavior: { scaleDown: { stabilizationWindowSeconds: 30 } } });
  cluster.advance(16);
  cores = 0.1;
  cluster.advance(15);
  expect(replicas()).toBe(3);
  cores = 0.002;
  cluster.advance(60);
  expect(replicas()).toBe(1);
});

it('says that there are no metrics, and goes on when there are', () => {
  start();
  cores = undefined;
  autoscale();
  cluster.advance(16);
  expect(condition('ScalingActive')).toMatchObject({
    status: 'False',
    reason: 'FailedGetResourceMetric',
    message:
      'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API',
  });
  expect(replicas()).toBe(1);
  cores = 0.1;
  cluster.advance(15);
  expect(condition('ScalingActive')).toMatchObject({ status: 'True', reason: 'ValidMetricFound' });
  expect(replicas()).toBe(3);
});

it('does not scale what somebody scaled to zero', () => {
  start();
  autoscale();
  cluster.advance(16);
  cluster.changeDeployment((spec) => {
    spec.replicas = 0;
  });
  cluster.advance(15);
  expect(replicas()).toBe(0);
  expect(condition('ScalingActive')).toMatchObject({ status: 'False', reason: 'ScalingDisabled' });
});

it('says that its target is missing', () => {
  start();
  autoscale({ scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nope' } });
  cluster.advance(16);
  expect(condition('AbleToScale')).toMatchObject({
    status: 'False',
    message: `the HPA controller was unable to get the target's current scale: deployments.apps "nope" not found`,
  });
});

it('stops where two scale the same Pods', () => {
  start();
  autoscale();
  autoscale({}, 'other');
  cores = 0.1;
  cluster.advance(32);
  for (const name of ['web', 'other'])
    expect(status(name)?.conditions?.find(({ type }) => type === 'ScalingActive')).toMatchObject({
      reason: 'AmbiguousSelector',
      message: 'pods by selector app=web are controlled by multiple HPAs: [default/other default/web]',
    });
});

it('looks as often as it is told to', () => {
  start({ autoscalerSyncMs: 5000 });
  autoscale();
  cluster.advance(4);
  expect(status()).toEqual({ desiredReplicas: 0 });
  cores = 0.1;
  cluster.advance(2);
  expect(replicas()).toBe(3);
});
