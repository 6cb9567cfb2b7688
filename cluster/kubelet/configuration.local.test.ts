import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isReady, status, TestNode } from './test-node.ts';

const node = new TestNode('127.204');
beforeAll(() => node.start());
afterAll(() => node.stop());

const settings = (data: Record<string, string>) => ({ metadata: { name: 'settings', namespace: 'default' }, data });

test('variables come from ConfigMaps, Secrets, fields, resources and Services, the nearest first', async () => {
  node.registry.create('ConfigMap', settings({ COLOUR: 'red', SIZE: 'l' }));
  node.registry.create('Secret', {
    metadata: { name: 'keys', namespace: 'default' },
    data: { KEY: Buffer.from('s3cret').toString('base64') },
  });
  node.registry.create('Service', {
    metadata: { name: 'order-api', namespace: 'default' },
    spec: { ports: [{ port: 80 }], clusterIP: '127.204.200.7' },
  });
  await node.serve('vars', {
    envFrom: [
      { configMapRef: { name: 'settings' } },
      { prefix: 'P_', secretRef: { name: 'keys' } },
      { configMapRef: { name: 'none', optional: true } },
    ],
    env: [
      { name: 'SIZE', value: 'xl' },
      { name: 'BOTH', value: '$(COLOUR) $(SIZE) $(P_KEY) $(ORDER_API_SERVICE_PORT) $(NONE) $$(SIZE)' },
      { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'CORES', valueFrom: { resourceFieldRef: { resource: 'requests.cpu' } } },
      { name: 'ABSENT', valueFrom: { configMapKeyRef: { name: 'settings', key: 'NO', optional: true } } },
      { name: 'ORDER_API_PORT', value: 'mine' },
      { name: 'SEEN', value: '$(ORDER_API_PORT)' },
    ],
    resources: { requests: { cpu: '200m' } },
  });
  const env = JSON.parse(await node.get('vars', '/env')) as Record<string, string>;
  expect(env).toMatchObject({
    COLOUR: 'red',
    SIZE: 'xl',
    P_KEY: 's3cret',
    BOTH: 'red xl s3cret 80 $(NONE) $(SIZE)',
    NAME: 'vars',
    POD_IP: node.pod('vars').status?.podIP,
    CORES: '1',
    ORDER_API_PORT: 'mine',
    SEEN: 'mine',
    ORDER_API_SERVICE_HOST: '127.204.200.7',
    HOSTNAME: 'vars',
    SHOPLAB_POD_IP: node.pod('vars').status?.podIP,
    SHOPLAB_DNS: '127.204.0.10:10053',
    SHOPLAB_NAMESPACE: 'default',
  });
  expect(env).not.toHaveProperty('ABSENT');
  // Of the lab's own environment only what a process needs of the machine.
  expect(env).not.toHaveProperty('NODE_OPTIONS');
  expect(env).not.toHaveProperty('JEST_WORKER_ID');
});

test('a missing key keeps the container from its creation, until it is there', async () => {
  const valueFrom = { configMapKeyRef: { name: 'late', key: 'k' } };
  node.run('waits', { env: [{ name: 'K', valueFrom }] });
  const reason = (message: string) =>
    node.until('waits', (pod) => {
      const waiting = status(pod)?.state?.waiting;
      return waiting?.reason === 'CreateContainerConfigError' && waiting.message === message;
    });
  await reason('configmap "late" not found');
  node.registry.create('ConfigMap', { metadata: { name: 'late', namespace: 'default' }, data: {} });
  node.nudge('waits');
  const pod = await reason("couldn't find key k in ConfigMap default/late");
  expect(pod.status?.phase).toBe('Pending');
  expect(node.events('waits')).toEqual(
    expect.arrayContaining(['Failed Error: configmap "late" not found', "Failed Error: couldn't find key k in ConfigMap default/late"]),
  );
  node.registry.update('ConfigMap', { ...node.registry.get('ConfigMap', 'default', 'late'), data: { k: 'v' } });
  node.nudge('waits');
  await node.until('waits', isReady);
});

test('volumes are folders, filled from objects and kept up to date in one step', async () => {
  node.registry.create('ConfigMap', { metadata: { name: 'files', namespace: 'default' }, data: { 'a.txt': 'one', 'b.txt': 'two' } });
  const pod = await node.serve(
    'mounts',
    {
      volumeMounts: [
        { name: 'files', mountPath: '/etc/files' },
        { name: 'files', mountPath: '/etc/a.txt', subPath: 'a.txt' },
        { name: 'scratch', mountPath: '/scratch' },
        { name: 'chosen', mountPath: '/etc/chosen' },
        { name: 'about', mountPath: '/etc/about' },
      ],
    },
    {
      volumes: [
        { name: 'files', configMap: { name: 'files', defaultMode: 0o600 } },
        { name: 'scratch', emptyDir: {} },
        { name: 'chosen', configMap: { name: 'files', items: [{ key: 'b.txt', path: 'deep/er.txt' }] } },
        { name: 'about', downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
      ],
    },
  );
  const env = JSON.parse(await node.get('mounts', '/env')) as Record<string, string>;
  const mounts = JSON.parse(env.SHOPLAB_MOUNTS ?? '{}') as Record<string, string>;
  const read = (mount: string, file = '') => readFileSync(join(mounts[mount] ?? '', file), 'utf8');
  expect([read('/etc/files', 'a.txt'), read('/etc/a.txt'), read('/etc/chosen', 'deep/er.txt'), read('/etc/about', 'name')]).toEqual([
    'one',
    'one',
    'two',
    'mounts',
  ]);
  expect(statSync(join(mounts['/etc/files'] ?? '', 'a.txt')).mode & 0o777).toBe(0o600);
  expect(statSync(mounts['/scratch'] ?? '').isDirectory()).toBe(true);
  node.registry.update('ConfigMap', {
    ...node.registry.get('ConfigMap', 'default', 'files'),
    data: { 'a.txt': 'three', 'b.txt': 'two', c: '' },
  });
  for (let tries = 0; tries < 1000 && read('/etc/files', 'a.txt') !== 'three'; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect([read('/etc/files', 'a.txt'), read('/etc/files', 'c'), read('/etc/a.txt')]).toEqual(['three', '', 'one']);
  node.delete('mounts');
  await node.gone('mounts');
  for (let tries = 0; tries < 1000 && existsSync(join(node.dataDir, 'pods', pod.metadata.uid)); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(existsSync(mounts['/scratch'] ?? '')).toBe(false);
});

test('a volume that cannot be mounted is an Event, and the Pod waits for it', async () => {
  const spec = { volumes: [{ name: 'v', configMap: { name: 'not-yet' } }] };
  node.run('patient', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }, spec);
  const waiting = await node.until('patient', (pod) => status(pod)?.state?.waiting?.reason === 'ContainerCreating');
  expect(waiting.status?.conditions?.find(({ type }) => type === 'PodReadyToStartContainers')?.status).toBe('False');
  node.registry.create('ConfigMap', { metadata: { name: 'not-yet', namespace: 'default' }, data: {} });
  await node.until('patient', isReady);
  expect(node.events('patient')[0]).toBe('FailedMount MountVolume.SetUp failed for volume "v" : configmap "not-yet" not found');
  node.run('refused', {}, { volumes: [{ name: 'disk', hostPath: { path: '/' } }] });
  await node.until('refused', (pod) => status(pod)?.state?.waiting?.reason === 'ContainerCreating');
  for (let tries = 0; tries < 1000 && node.events('refused').length === 0; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(node.events('refused')[0]).toContain('volumes of type hostPath are not supported by this cluster');
});

test('the last words of a container are in its status', async () => {
  const script = 'echo -n "no database" > "$(node -p "JSON.parse(process.env.SHOPLAB_MOUNTS)[\'/dev/termination-log\']")"; exit 1';
  node.run('words', { command: ['sh', '-c', script] }, { restartPolicy: 'Never' });
  const words = await node.until('words', (pod) => pod.status?.phase === 'Failed');
  expect(status(words)?.state?.terminated?.message).toBe('no database');
  const env = [{ name: 'EXIT', value: '1' }];
  node.run('log-words', { env, terminationMessagePolicy: 'FallbackToLogsOnError' }, { restartPolicy: 'Never' });
  const fromLog = await node.until('log-words', (pod) => pod.status?.phase === 'Failed');
  expect(status(fromLog)?.state?.terminated?.message).toBe('start \nleaving\n');
});

test('a program that is not there is a StartError, and is tried again with back-off', async () => {
  node.run('absent', { command: ['no-such-program'] });
  const pod = await node.until('absent', (now) => status(now)?.state?.waiting?.reason === 'CrashLoopBackOff');
  expect(status(pod)?.lastState?.terminated).toMatchObject({
    exitCode: 128,
    reason: 'StartError',
    message: 'exec: "no-such-program": executable file not found in $PATH',
  });
});
