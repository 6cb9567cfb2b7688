import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
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
  expect(await node.logs('plain')).toBe('start good $(HOW)\n');
});

test('a deleted Pod gets SIGTERM, a final status, and leaves nothing', async () => {
  node.run('leaver', { env: [{ name: 'TERM_CODE', value: '3' }] });
  const { metadata } = await node.until('leaver', isReady);
  const folder = join(node.dataDir, 'pods', metadata.uid);
  expect(existsSync(folder)).toBe(true);
  await node.until('leaver', () => existsSync(join(folder, 'logs/app/0.log')));
  await node.get('leaver', '/');
  const final = node.until('leaver', (pod) => pod.status?.phase === 'Failed');
  node.registry.delete('Pod', 'default', 'leaver', {});
  expect(status(await final)).toMatchObject({ ready: false, state: { terminated: { exitCode: 3, reason: 'Error' } } });
  expect((await final).status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'False', reason: 'PodFailed' });
  await node.gone('leaver');
  expect(node.events('leaver')).toContain('Killing Stopping container app');
  for (let tries = 0; existsSync(folder) && tries < 100; tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(existsSync(folder)).toBe(false);
});

test('exec runs in the container’s environment and answers the exit code', async () => {
  node.run('exec', { env: [{ name: 'WHO', value: 'me' }] });
  await node.until('exec', isReady);
  let output = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      output += chunk;
      done();
    },
  });
  const run = (command: string[]) => node.kubelet.nodeApi.exec('default', 'exec', { command, stdout }, AbortSignal.timeout(20_000));
  expect(await run(['sh', '-c', 'echo $WHO $SHOPLAB_NAMESPACE; exit 7'])).toBe(7);
  expect(output).toBe('me default\n');
  await expect(run(['/no/such/program'])).rejects.toThrow('exec: "/no/such/program": no such file or directory');
});
