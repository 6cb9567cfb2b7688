import { nameless, type Seen, stateOf, transcribe } from './transcript.ts';

test.each([
  ['Successfully assigned story-x/web-5d9-abcde to shoplab', 'Successfully assigned <namespace>/<a Pod of web revision 1> to <node>'],
  [
    'Get "http://10.244.0.5:8080/": dial tcp 10.244.0.5:8080: connect: connection refused',
    'Get "http://<ip>:8080/": dial tcp <ip>:8080: connect: connection refused',
  ],
  ['read tcp 10.244.0.1:48522->10.244.0.5:8080: reset', 'read tcp <ip>:<port>->10.244.0.5:8080: reset'.replace('10.244.0.5', '<ip>')],
  ['pod web-5d9-abcde_story-x(7a0c9a5e-58a1-4b62-9d1e-2f9b8f3f9f10)', 'pod <a Pod of web revision 1>_<namespace>(<uid>)'],
  ['Deleted pod: web-5d9-abcde', 'Deleted pod: <a Pod of web revision 1>'],
])('%s', (text, plain) => {
  expect(
    nameless(
      text,
      'story-x',
      new Map([
        ['web-5d9', 'web revision 1'],
        ['web-5d9-abcde', 'a Pod of web revision 1'],
      ]),
    ),
  ).toBe(plain);
});

test('a Pod in a line', () => {
  const state = stateOf({
    metadata: { deletionTimestamp: new Date(0) },
    spec: { containers: [{ name: 'app' }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [
        {
          name: 'app',
          image: '',
          imageID: '',
          ready: false,
          started: false,
          restartCount: 2,
          state: { running: {} },
          lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
        },
      ],
    },
  });
  expect(state).toBe('Running; not Ready; app running, not started, 2 restarts, last ended 137 OOMKilled; leaving');
});

test('bounds: what ReplicaSets ask for together, and who is Ready from when all were', () => {
  const deployment: Seen = {
    atMs: 0,
    type: 'ADDED',
    object: { kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1, selector: {}, template: {} } },
  };
  const replicaSet = (uid: string, replicas: number): Seen => ({
    atMs: 0,
    type: 'MODIFIED',
    object: {
      kind: 'ReplicaSet',
      metadata: { uid, name: uid, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd' }] },
      spec: { replicas, selector: {} },
    },
  });
  const pod = (uid: string, ready: boolean, type: Seen['type'] = 'MODIFIED'): Seen => ({
    atMs: 0,
    type,
    object: {
      kind: 'Pod',
      metadata: { uid, name: uid, labels: { app: 'web' } },
      status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    },
  });
  const begun = [deployment, replicaSet('one', 1), pod('a', false), pod('a', true)];
  const surge = [replicaSet('two', 1), pod('b', false), pod('b', true), replicaSet('one', 0), pod('a', true, 'DELETED')];
  expect(transcribe('x', 'story-x', [...begun, ...surge]).bounds).toEqual({ web: { mostPods: 2, fewestReady: 1 } });
  const missing = [replicaSet('one', 0), pod('a', true, 'DELETED'), replicaSet('two', 1), pod('b', true)];
  expect(transcribe('x', 'story-x', [...begun, ...missing]).bounds).toEqual({ web: { mostPods: 1, fewestReady: 0 } });
});

test('steps of one way are one, and the way back is another', () => {
  const scaled = (message: string): Seen => ({
    atMs: 0,
    type: 'ADDED',
    object: { kind: 'Event', type: 'Normal', reason: 'ScalingReplicaSet', message, metadata: {}, involvedObject: { kind: 'Deployment' } },
  });
  const replicaSet: Seen = {
    atMs: 0,
    type: 'ADDED',
    object: {
      kind: 'ReplicaSet',
      metadata: {
        name: 'web-1',
        annotations: { 'deployment.kubernetes.io/revision': '1' },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd' }],
      },
    },
  };
  const messages = [
    'Scaled up replica set web-1 from 0 to 2',
    'Scaled up replica set web-1 from 2 to 3',
    'Scaled down replica set web-1 from 3 to 1',
  ];
  expect(transcribe('x', 'story-x', [replicaSet, ...messages.map(scaled)]).events).toEqual([
    'Deployment Normal ScalingReplicaSet: Scaled down replica set <web revision 1> from 3 to 1',
    'Deployment Normal ScalingReplicaSet: Scaled up replica set <web revision 1> from 0 to 3',
  ]);
});

test('the first word of containers is left out, as a busy kubelet does not say it', () => {
  const pod = (reason?: string): Seen => ({
    atMs: 0,
    type: 'MODIFIED',
    object: {
      kind: 'Pod',
      metadata: { uid: 'a', name: 'a' },
      spec: { containers: [{ name: 'app' }] },
      status: {
        phase: 'Pending',
        ...(reason && {
          containerStatuses: [{ name: 'app', image: '', imageID: '', ready: false, restartCount: 0, state: { waiting: { reason } } }],
        }),
      },
    },
  });
  const { pods } = transcribe('x', 'story-x', [pod(), pod('ContainerCreating'), pod('ErrImagePull')]);
  expect(pods[0]?.states.map(({ state }) => state)).toEqual(['Pending; not Ready', 'Pending; not Ready; app waiting ErrImagePull']);
});

test('what only a slow machine shows is left out: probes that find nobody, and a Pod that is not Ready while it leaves', () => {
  const event = (message: string): Seen => ({
    atMs: 0,
    type: 'ADDED',
    object: { kind: 'Event', type: 'Warning', reason: 'Unhealthy', message, metadata: {}, involvedObject: { kind: 'Pod' } },
  });
  const pod = (ready: boolean): Seen => ({
    atMs: 0,
    type: 'MODIFIED',
    object: {
      kind: 'Pod',
      metadata: { uid: 'a', name: 'a', deletionTimestamp: new Date(0) },
      spec: { containers: [{ name: 'app' }] },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
        containerStatuses: [{ name: 'app', image: '', imageID: '', ready, restartCount: 0, state: { running: {} } }],
      },
    },
  });
  const told = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
  const slow = 'Readiness probe failed: Get "http://10.0.0.1:8080/ready": dial tcp 10.0.0.1:8080: connect: connection refused';
  const cut = 'Readiness probe failed: Get "http://10.0.0.1:8080/ready": EOF';
  const { events, pods } = transcribe('x', 'story-x', [event(told), event(slow), event(cut), pod(true), pod(false)]);
  expect(events).toEqual([`Pod Warning Unhealthy: ${told}`]);
  expect(pods[0]?.states.map(({ state }) => state)).toEqual(['Running; Ready; app running; leaving']);
});
