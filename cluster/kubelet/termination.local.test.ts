import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isReady, status, TestNode } from './test-node.ts';

const node = new TestNode('127.202');
beforeAll(() => node.start());
afterAll(() => node.stop());

/** '' where it is gone. */
const environmentOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // it ended meanwhile
  }
};
const exitOf = (name: string) =>
  node
    .until(name, (pod) => pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded')
    .then((pod) => status(pod)?.state?.terminated);

test('preStop runs before SIGTERM, inside the grace period', async () => {
  await node.serve('polite', { lifecycle: { preStop: { httpGet: { port: 8080, path: '/hook?ms=300' } } } });
  const log = node.logs('polite', { follow: true });
  const exit = exitOf('polite');
  const begun = Date.now();
  node.delete('polite');
  expect(await exit).toMatchObject({ exitCode: 0, reason: 'Completed' });
  expect(Date.now() - begun).toBeGreaterThanOrEqual(290);
  expect(await log).toBe('start \nhook\nTERM\n');
  await node.gone('polite');
});

test('a container that ignores SIGTERM is killed at the end of the grace period', async () => {
  await node.serve('stubborn', { env: [{ name: 'IGNORE_TERM', value: '1' }] }, { terminationGracePeriodSeconds: 3 });
  const exit = exitOf('stubborn');
  const begun = Date.now();
  node.delete('stubborn');
  expect(await exit).toMatchObject({ exitCode: 137, reason: 'Error' });
  expect(Date.now() - begun).toBeGreaterThanOrEqual(2990);
  await node.gone('stubborn');
});

test('a preStop that hangs has the grace period, then SIGTERM has 2 s more', async () => {
  const lifecycle = { preStop: { exec: { command: ['sleep', '60'] } } };
  await node.serve('hung', { lifecycle, env: [{ name: 'IGNORE_TERM', value: '1' }] }, { terminationGracePeriodSeconds: 1 });
  const exit = exitOf('hung');
  const begun = Date.now();
  node.delete('hung');
  expect(await exit).toMatchObject({ exitCode: 137 });
  expect(Date.now() - begun).toBeGreaterThanOrEqual(2990);
  await node.gone('hung');
  expect(node.events('hung')).toContain('FailedPreStopHook PreStopHook failed');
});

test('a preStop that fails is an Event, and SIGTERM comes anyway', async () => {
  await node.serve('clumsy', { lifecycle: { preStop: { exec: { command: ['sh', '-c', 'exit 1'] } } } });
  node.delete('clumsy');
  await node.gone('clumsy');
  expect(node.events('clumsy')).toEqual(expect.arrayContaining(['FailedPreStopHook PreStopHook failed', 'Killing Stopping container app']));
});

test('a second delete shortens the grace period', async () => {
  await node.serve('slow', { env: [{ name: 'IGNORE_TERM', value: '1' }] }, { terminationGracePeriodSeconds: 600 });
  const exit = exitOf('slow');
  node.delete('slow');
  await node.logged('slow', 'TERM');
  node.delete('slow', 1);
  expect(await exit).toMatchObject({ exitCode: 137 });
  await node.gone('slow');
});

test('a Pod deleted without grace is gone from the API at once, and its processes soon', async () => {
  await node.serve('forced', { env: [{ name: 'IGNORE_TERM', value: '1' }] });
  expect(readdirSync(join(node.dataDir, 'processes'))).toHaveLength(1);
  node.delete('forced', 0);
  expect(node.registry.find('Pod', 'default', 'forced')).toBeUndefined();
  for (let tries = 0; readdirSync(join(node.dataDir, 'processes')).length > 0; tries += 1) {
    if (tries > 1000) throw new Error('the process is still there');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

test('what a container leaves running ends with it, also in a session of its own', async () => {
  const script = `for (const detached of [true, false]) {
    const child = require('node:child_process').spawn('sleep', ['300'], { detached, stdio: 'inherit' });
    child.on('spawn', () => console.log('pid ' + child.pid)).unref();
  }`;
  node.run('parent', { command: [process.execPath, '-e', script] }, { restartPolicy: 'Never' });
  await exitOf('parent');
  const pids = [...(await node.logs('parent')).matchAll(/pid (\d+)/g)].map(([, pid]) => pid);
  expect(pids).toHaveLength(2);
  // One that is dead and not yet collected by its new parent has state Z.
  const runs = (pid: string | undefined): boolean =>
    existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  expect(pids.filter(runs)).toEqual([]);
});

test('what forks faster than one look at the process table ends with its container too', async () => {
  // Each instance starts the next in a session of its own, and ends: at any moment one of them is there, another each time.
  const hop = `import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    writeFileSync(process.env.SEEN, String(process.pid));
    spawn(process.execPath, [process.argv[1]], { detached: true, stdio: 'ignore' }).unref();`;
  const seen = join(node.folder, 'seen');
  writeFileSync(join(node.folder, 'hop.mjs'), hop);
  const script = `require('node:child_process').spawn(process.execPath, [process.argv[1]], { detached: true, stdio: 'ignore' }).unref();
    setInterval(() => {}, 1000);`;
  const command = [process.execPath, '-e', script, join(node.folder, 'hop.mjs')];
  node.run('hopping', { command, env: [{ name: 'SEEN', value: seen }] });
  while (!existsSync(seen)) await pause(10);
  node.delete('hopping', 1);
  await node.gone('hopping');
  const marked = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(`SEEN=${seen}`));
  expect(marked).toEqual([]);
});

test('a Pod goes although something else of the machine keeps writing into its volume', async () => {
  const volumes = [{ name: 'data', emptyDir: {} }];
  await node.serve('written', { volumeMounts: [{ name: 'data', mountPath: '/data' }] }, { volumes });
  const folder = join(node.dataDir, 'pods', node.pod('written').metadata.uid, 'volumes/data');
  expect(existsSync(folder)).toBe(true);
  const script = `for (let n = 0; ; n += 1) require('node:fs').mkdirSync(process.argv[1] + '/' + (n % 1000), { recursive: true });`;
  const writer = spawn(process.execPath, ['-e', script, folder]);
  try {
    while (!existsSync(join(folder, '10'))) await pause(10);
    node.delete('written');
    await node.gone('written');
  } finally {
    writer.kill('SIGKILL');
    await once(writer, 'exit');
  }
});

test('a sidecar gets SIGTERM when the containers are gone', async () => {
  const trap = (name: string) => `trap "sleep 0.3; echo ${name} leaves; exit 0" TERM; echo ${name} here; while :; do sleep 0.05; done`;
  const sidecar = { name: 'side', image: 'test/app:1', restartPolicy: 'Always', command: ['sh', '-c', trap('side')] };
  node.run('pair', { command: ['sh', '-c', trap('app')] }, { initContainers: [sidecar] });
  await node.until('pair', isReady);
  for (const container of ['app', 'side']) await node.logged('pair', `${container} here`, { container });
  const logs = ['app', 'side'].map((container) => node.logs('pair', { container, follow: true, timestamps: true }));
  const final = node.until('pair', (pod) => pod.status?.phase === 'Succeeded');
  node.delete('pair');
  expect((await final).status?.initContainerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 0 });
  const left = (await Promise.all(logs)).map((log) => Date.parse(/^(\S+) \S+ leaves$/m.exec(log)?.[1] ?? ''));
  expect((left[1] ?? 0) - (left[0] ?? 0)).toBeGreaterThanOrEqual(290);
});

test('a failed postStart ends the container', async () => {
  node.run('unlucky', { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'exit 1'] } } } });
  const unlucky = await node.until('unlucky', (pod) => status(pod)?.state?.waiting?.reason === 'PostStartHookError');
  expect(unlucky.status?.phase).toBe('Running');
  expect(node.events('unlucky')).toContain('FailedPostStartHook PostStartHook failed');
});

test('stop ends what is left, within seconds, and takes its files along', async () => {
  await node.serve('last', { env: [{ name: 'IGNORE_TERM', value: '1' }], lifecycle: { preStop: { sleep: { seconds: 20 } } } });
  const begun = Date.now();
  await node.kubelet.stop();
  expect(Date.now() - begun).toBeLessThan(15_000);
  expect(readdirSync(join(node.dataDir, 'processes'))).toEqual([]);
  expect(readdirSync(node.dataDir)).toEqual(['processes']);
});
