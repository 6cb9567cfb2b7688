import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { until } from '../api/test-server.ts';
import { isReady, status, TestNode } from './test-node.ts';

const node = new TestNode('127.201');
beforeAll(() => node.start());
afterAll(() => node.stop());

test('the node is Ready and says what it can give', () => {
  const shoplab = node.registry.get('Node', '', 'shoplab');
  expect(shoplab.status).toMatchObject({
    capacity: { pods: '110', cpu: expect.stringMatching(/^\d+$/), memory: expect.stringMatching(/^\d+Ki$/) },
    addresses: expect.arrayContaining([{ type: 'InternalIP', address: '127.201.0.1' }]),
    nodeInfo: { kubeletVersion: 'v1.34.0' },
  });
  expect(shoplab.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
});

test('a bound Pod runs, with its address, its conditions and its Events', async () => {
  node.run('plain', { env: [{ name: 'GREETING', value: 'good $(HOW)' }] });
  const pod = await node.until('plain', isReady);
  expect(pod.status).toMatchObject({
    phase: 'Running',
    hostIP: '127.201.0.1',
    podIP: expect.stringMatching(/^127\.201\.1\.\d+$/),
    startTime: expect.any(String),
    observedGeneration: 1,
    qosClass: 'BestEffort',
  });
  expect(pod.status?.conditions?.map(({ type, status, observedGeneration }) => `${type}=${status}@${observedGeneration}`)).toEqual([
    'PodReadyToStartContainers=True@1',
    'Initialized=True@1',
    'Ready=True@1',
    'ContainersReady=True@1',
    'PodScheduled=True@1',
  ]);
  expect(status(pod)).toMatchObject({ ready: true, started: true, restartCount: 0, state: { running: {} }, image: 'test/app:1' });
  expect(node.events('plain')).toEqual([
    'Pulled Container image "test/app:1" already present on machine',
    'Created Created container: app',
    'Started Started container app',
  ]);
  const record = readdirSync(join(node.dataDir, 'processes'));
  expect(record).toHaveLength(1);
  expect(JSON.parse(readFileSync(join(node.dataDir, 'processes', record[0] ?? ''), 'utf8'))).toMatchObject({
    podUid: pod.metadata.uid,
    container: 'app',
    startTime: expect.any(Number),
  });
  await node.logged('plain', 'start good $(HOW)');
});

test('a deleted Pod gets SIGTERM, a final status, and leaves nothing', async () => {
  const { metadata } = await node.serve('leaver', { env: [{ name: 'TERM_CODE', value: '3' }] });
  const folder = join(node.dataDir, 'pods', metadata.uid);
  expect(existsSync(folder)).toBe(true);
  const final = node.until('leaver', (pod) => pod.status?.phase === 'Failed');
  node.delete('leaver');
  expect(status(await final)).toMatchObject({ ready: false, state: { terminated: { exitCode: 3, reason: 'Error' } } });
  expect((await final).status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'False', reason: 'PodFailed' });
  await node.gone('leaver');
  expect(node.events('leaver')).toContain('Killing Stopping container app');
  await until('its folder is taken away', () => !existsSync(folder));
});

test('logs can be limited, dated, followed, and are kept for the instance before', async () => {
  await node.serve('talker');
  await node.get('talker', '/hook');
  await node.get('talker', '/hook');
  await node.logged('talker', 'hook');
  await expect(node.logs('talker', { previous: true })).rejects.toMatchObject({ code: 400 });
  const followed = node.logs('talker', { follow: true });
  await node.get('talker', '/exit?code=4').catch(() => 'it ended before it answered');
  await node.until('talker', (pod) => status(pod)?.restartCount === 1 && status(pod)?.state?.running !== undefined);
  expect(await followed).toBe('start \nhook\nhook\n');
  expect(await node.logs('talker', { previous: true })).toBe('start \nhook\nhook\n');
  expect(await node.logs('talker', { previous: true, tailLines: 1 })).toBe('hook\n');
  expect(await node.logs('talker', { previous: true, limitBytes: 8 })).toBe('start \nh');
  expect(await node.logs('talker', { previous: true, tailLines: 2, timestamps: true })).toMatch(
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z hook\n){2}$/,
  );
  expect(await node.logs('talker', { previous: true, sinceTimeMs: Date.now() + 1000 })).toBe('');
  expect(status(node.pod('talker'))).toMatchObject({ lastState: { terminated: { exitCode: 4, reason: 'Error' } } });
  await expect(node.logs('talker', { container: 'nope' })).rejects.toThrow('container nope is not valid for pod talker');
  await expect(node.logs('nobody')).rejects.toMatchObject({ code: 404, message: 'pods "nobody" not found' });
});

test('a Pod that ends by itself is Succeeded or Failed by its restart policy', async () => {
  node.run('done', { env: [{ name: 'EXIT', value: '0' }] }, { restartPolicy: 'OnFailure' });
  node.run('broken', { env: [{ name: 'EXIT', value: '2' }] }, { restartPolicy: 'Never' });
  const done = await node.until('done', (pod) => pod.status?.phase === 'Succeeded');
  expect(status(done)?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
  const broken = await node.until('broken', (pod) => pod.status?.phase === 'Failed');
  expect(status(broken)?.state?.terminated).toMatchObject({ exitCode: 2, reason: 'Error' });
  expect(await node.logs('broken')).toBe('start \nleaving\n');
});

test('the logs of a Pod that is over stay until it is deleted, its volumes do not', async () => {
  const mounted = { env: [{ name: 'EXIT', value: '2' }], volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] };
  node.run('over', mounted, { restartPolicy: 'Never', volumes: [{ name: 'scratch', emptyDir: {} }] });
  const { metadata } = await node.until('over', (pod) => pod.status?.phase === 'Failed');
  const folder = join(node.dataDir, 'pods', metadata.uid);
  await until('its volumes are taken away', () => !existsSync(join(folder, 'volumes')));
  expect(await node.logs('over')).toBe('start \nleaving\n');
  node.delete('over');
  await node.gone('over');
  await until('its folder is taken away', () => !existsSync(folder));
});

test('a container that crashes restarts at once, then backs off', async () => {
  node.run('crasher', { env: [{ name: 'EXIT', value: '5' }] });
  const pod = await node.until('crasher', (now) => status(now)?.state?.waiting?.reason === 'CrashLoopBackOff');
  const title = `crasher_default(${pod.metadata.uid})`;
  expect(pod.status?.phase).toBe('Running');
  expect(status(pod)).toMatchObject({
    restartCount: 1,
    state: { waiting: { message: `back-off 10s restarting failed container=app pod=${title}` } },
    lastState: { terminated: { exitCode: 5, reason: 'Error' } },
  });
  expect(node.events('crasher')).toContain(`BackOff Back-off restarting failed container app in pod ${title}`);
  expect(await node.logs('crasher', { previous: true })).toBe('start \nleaving\n');
  const again = await node.until('crasher', (now) => status(now)?.restartCount === 2);
  const ended = Date.parse(status(pod)?.lastState?.terminated?.finishedAt ?? '');
  expect(Date.parse(status(again)?.lastState?.terminated?.finishedAt ?? '')).toBeGreaterThanOrEqual(ended);
});

test('an unknown image is not pulled, and the message says where to add it', async () => {
  node.run('stranger', { image: 'nobody/knows:1' });
  const pod = await node.until('stranger', (now) => status(now)?.state?.waiting?.reason === 'ErrImagePull');
  expect(status(pod)?.state?.waiting?.message).toContain(join(node.folder, 'images.yaml'));
  const backedOff = await node.until('stranger', (now) => status(now)?.state?.waiting?.reason === 'ImagePullBackOff');
  expect(status(backedOff)?.state?.waiting?.message).toContain(
    'Back-off pulling image "nobody/knows:1": ErrImagePull: image "nobody/knows:1" is not',
  );
  expect(pod.status?.phase).toBe('Pending');
  expect(node.events('stranger').map((event) => event.split(/ (?=image "n)/)[0])).toEqual([
    'Pulling Pulling',
    'Failed Failed to pull',
    'Failed Error: ErrImagePull',
    'BackOff Back-off pulling',
    'Failed Error: ImagePullBackOff',
  ]);
  node.delete('stranger');
  await node.gone('stranger');
});

test('init containers run to their end one after the other, a sidecar before and beside the others', async () => {
  const once = (name: string, code = '0') => ({ name, image: 'test/app:1', env: [{ name: 'EXIT', value: code }] });
  const sidecar = { name: 'side', image: 'test/app:1', restartPolicy: 'Always', command: ['sleep', '100'] };
  node.run(
    'steps',
    { command: ['sleep', '100'] },
    { initContainers: [once('first'), sidecar, once('second')], terminationGracePeriodSeconds: 3 },
  );
  const pod = await node.until('steps', isReady);
  expect(pod.status?.initContainerStatuses).toMatchObject([
    { name: 'first', ready: true, state: { terminated: { reason: 'Completed' } } },
    { name: 'side', ready: true, started: true, state: { running: {} } },
    { name: 'second', ready: true, state: { terminated: { reason: 'Completed' } } },
  ]);
  const started = node.events('steps').filter((event) => event.startsWith('Started'));
  expect(started).toEqual(['first', 'side', 'second', 'app'].map((name) => `Started Started container ${name}`));
  node.delete('steps');
  await node.gone('steps');

  node.run('stuck', {}, { initContainers: [once('bad', '9')], restartPolicy: 'Never' });
  const stuck = await node.until('stuck', (now) => now.status?.phase === 'Failed');
  expect(stuck.status?.containerStatuses).toMatchObject([{ state: { waiting: { reason: 'PodInitializing' } } }]);
});

test('exec runs in the container’s environment and answers the exit code', async () => {
  await node.serve('exec', { env: [{ name: 'WHO', value: 'me' }] });
  let output = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      output += chunk;
      setImmediate(done);
    },
  });
  const run = (command: string[]) => node.kubelet.nodeApi.exec('default', 'exec', { command, stdout }, AbortSignal.timeout(20_000));
  expect(await run(['sh', '-c', 'echo $WHO $SHOPLAB_NAMESPACE; exit 7'])).toBe(7);
  expect(output).toBe('me default\n');
  output = '';
  expect(await run(['node', '-e', 'process.stdout.write("x".repeat(3e6))'])).toBe(0);
  expect(output.length).toBe(3e6);
  await expect(run(['/no/such/program'])).rejects.toThrow('exec: "/no/such/program": no such file or directory');
});
