import { type Applied, decideReadiness as decide, type WorkloadsSeen } from './decide-readiness.ts';
import type { ContainerStatus, KubeEvent, Pod, Workload } from './workloads.ts';

const workload = (name: string, status: Workload['status'], replicas = 1): Workload => ({
  metadata: { name, uid: name, generation: 1 },
  spec: { replicas, selector: { matchLabels: { app: name } } },
  status,
});
const done = { observedGeneration: 1, replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1 };
const pod = (app: string, container: Partial<ContainerStatus>, more: Partial<Pod['status']> = {}): Pod => ({
  metadata: { name: `${app}-1`, uid: `${app}-1`, labels: { app } },
  status: { phase: 'Running', containerStatuses: [{ name: app, ready: false, restartCount: 0, ...container }], ...more },
});
const unhealthy = (app: string, message: string, count: number): KubeEvent => ({
  metadata: { name: 'e', uid: 'e' },
  type: 'Warning',
  reason: 'Unhealthy',
  message,
  count,
  involvedObject: { kind: 'Pod', uid: `${app}-1` },
});
const seen = (some: Partial<WorkloadsSeen>): WorkloadsSeen => ({ deployments: [], statefulSets: [], pods: [], events: [], ...some });

const decideReadiness = (what: WorkloadsSeen, applied: Applied[] = []) => decide(what, applied);

test('what was applied and no watch has told of yet is missing', () => {
  const applied = [...['Deployment', 'StatefulSet', 'Service'].map((kind) => ({ kind, metadata: { name: 'order' } }))];
  expect(decideReadiness(seen({}), applied).map(({ what }) => what)).toEqual([
    'Deployment order is not there yet',
    'StatefulSet order is not there yet',
  ]);
  expect(decideReadiness(seen({ deployments: [workload('order', done)], statefulSets: [workload('order', done)] }), applied)).toEqual([]);
});

test('nothing is missing where all are available', () => {
  expect(decideReadiness(seen({ deployments: [workload('order', done)], statefulSets: [workload('kafka', done)] }))).toEqual([]);
});

test('a status of an older generation does not count', () => {
  const stale = workload('order', { ...done, observedGeneration: 0 });
  expect(decideReadiness(seen({ deployments: [stale] }))).toMatchObject([{ what: 'Deployment order is not available' }]);
});

test('a failing probe is told with its count', () => {
  const events = [unhealthy('order', 'Readiness probe failed: HTTP probe failed with statuscode: 503', 7)];
  const [missing] = decideReadiness(
    seen({ deployments: [workload('order', {})], pods: [pod('order', { state: { running: {} } })], events }),
  );
  expect(missing?.trouble).toMatchObject({
    message: 'Readiness probe failed: HTTP probe failed with statuscode: 503 (7 times)',
    container: 'order',
    hopeless: false,
  });
});

test.each([
  ['a node has to be found', [], { homeless: true }],
  ['a node is being made', ['TriggeredScaleUp'], {}],
])('a Pod that no node has room for: %s', (_title, reasons, homeless) => {
  const conditions = [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available: 1 Insufficient memory' }];
  const unscheduled: Pod = {
    metadata: { name: 'order-1', uid: 'order-1', labels: { app: 'order' } },
    status: { phase: 'Pending', conditions },
  };
  const events = reasons.map((reason) => ({ ...unhealthy('order', '', 1), reason }));
  const [missing] = decideReadiness(seen({ deployments: [workload('order', {})], pods: [unscheduled], events }));
  expect(missing?.trouble).toEqual({
    pod: 'order-1',
    container: undefined,
    previous: false,
    message: 'Pod order-1 is not scheduled: 0/1 nodes are available: 1 Insufficient memory',
    hopeless: false,
    ...homeless,
  });
});

test.each([
  ['configmap "shop" not found', true],
  ['failed to sync configmap cache: timed out waiting for the condition', false],
])('CreateContainerConfigError: %s; hopeless: %s', (message, hopeless) => {
  const waiting = { reason: 'CreateContainerConfigError', message };
  const [missing] = decideReadiness(seen({ deployments: [workload('order', {})], pods: [pod('order', { state: { waiting } })] }));
  expect(missing?.trouble).toMatchObject({ message: `container order waits: CreateContainerConfigError: ${message}`, hopeless });
});

test.each<[string, Partial<ContainerStatus>, string, boolean]>([
  [
    'a third restart',
    {
      restartCount: 3,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    },
    'container order ended with exit code 1 (Error), restarted 3 times',
    true,
  ],
  [
    'a first restart',
    { restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } },
    'container order ended with exit code 1, restarted once',
    false,
  ],
  [
    'an image that is not there',
    { state: { waiting: { reason: 'ErrImagePull', message: 'no image shoplab/ordr' } } },
    'container order waits: ErrImagePull: no image shoplab/ordr',
    true,
  ],
])('%s', (_title, container, message, hopeless) => {
  const [missing] = decideReadiness(seen({ deployments: [workload('order', {})], pods: [pod('order', container)] }));
  expect(missing?.trouble).toMatchObject({ message, hopeless });
});

test('what cannot become well is told first', () => {
  const missing = decideReadiness(
    seen({
      statefulSets: [workload('kafka', {})],
      deployments: [workload('order', {})],
      pods: [pod('order', { state: { waiting: { reason: 'ErrImagePull' } } })],
    }),
  );
  expect(missing.map(({ what }) => what)).toEqual(['Deployment order is not available', 'StatefulSet kafka is not ready']);
});
