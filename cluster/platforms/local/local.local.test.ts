import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CoreV1Api, KubeConfig, type KubernetesObject, KubernetesObjectApi, type V1Pod } from '@kubernetes/client-node';
import { readProcess } from '../../kubelet/runtimes/process/process-table.ts';
import { buildKustomization } from '../../kustomize/build.ts';
import type { Cluster } from '../../platform.ts';
import { local } from './local.ts';
import { isAlive, startTimeOf } from './process-identity.ts';
import { type ClusterRecord, stateHome } from './state-folder.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const names = new Set<string>();
let folder: string;
let imagesFile: string;

/** An image that serves, and one that hears no TERM. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-'));
  imagesFile = join(folder, 'images.yaml');
  writeFileSync(
    join(folder, 'web.mjs'),
    "import http from 'node:http';\nhttp.createServer((_, response) => response.end('web')).listen(8080);\n",
  );
  writeFileSync(
    join(folder, 'deaf.mjs'),
    "process.on('SIGTERM', () => undefined);\nsetInterval(() => undefined, 1000);\nconsole.log('deaf');\n",
  );
  writeFileSync(
    imagesFile,
    'web: { command: [node, web.mjs] }\ndeaf: { command: [node, deaf.mjs] }\nbusy: { command: [node, -e, "for (;;);"] }\n',
  );
});
afterEach(async () => {
  for (const name of names) await local.down(name);
  names.clear();
});
afterAll(() => rmSync(folder, { recursive: true }));

let nextName = 0;
function labName(): string {
  nextName += 1;
  const name = `test-${process.pid}-${nextName}`;
  names.add(name);
  return name;
}
const start = (name: string, life: 'owner' | 'detached' = 'detached', more = {}): Promise<Cluster> =>
  local.up({ name, life, imagesFile, ...more });

const recordOf = (name: string): ClusterRecord =>
  JSON.parse(readFileSync(join(stateHome(), name, 'cluster.json'), 'utf8')) as ClusterRecord;

function config(kubeconfig: string): KubeConfig {
  const loaded = new KubeConfig();
  loaded.loadFromFile(kubeconfig);
  return loaded;
}
const core = ({ kubeconfig }: Pick<Cluster, 'kubeconfig'>): CoreV1Api => config(kubeconfig).makeApiClient(CoreV1Api);

const pod = (name: string, image = 'web', namespace = 'default'): V1Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec: { containers: [{ name: 'app', image, imagePullPolicy: 'IfNotPresent' }] },
});

async function eventually<T>(what: string, look: () => T | Promise<T>, holds: (value: T) => boolean, withinMs = 60_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > until) throw new Error(`${what}: not within ${withinMs / 1000} s; last seen ${JSON.stringify(value)}`);
    await after(50);
  }
}

/** Starts the Pods and waits until they run; answers their processes. */
async function runPods(cluster: Pick<Cluster, 'kubeconfig' | 'stateDir'>, ...pods: V1Pod[]): Promise<{ pid: number; startTime: number }[]> {
  const api = core(cluster);
  for (const one of pods) await api.createNamespacedPod({ namespace: one.metadata?.namespace ?? '', body: one });
  await eventually(
    'Pods Running',
    async () => (await api.listPodForAllNamespaces()).items.map(({ status }) => status?.phase),
    (phases) => phases.length >= pods.length && phases.every((phase) => phase === 'Running'),
  );
  return processesOf(cluster.stateDir);
}
const processesOf = (stateDir: string): { pid: number; startTime: number }[] =>
  readdirSync(join(stateDir, 'processes')).map(
    (file) => JSON.parse(readFileSync(join(stateDir, 'processes', file), 'utf8')) as { pid: number; startTime: number },
  );

const living = (processes: { pid: number; startTime: number }[]): number[] => processes.filter(isAlive).map(({ pid }) => pid);

test('the shop comes up from its manifests, takes an order, and leaves nothing', async () => {
  const name = labName();
  const cluster = await start(name, 'owner');
  const api = KubernetesObjectApi.makeApiClient(config(cluster.kubeconfig));
  for (const object of await buildKustomization(join(root, 'manifests/base'))) {
    const body = { ...object, metadata: { namespace: 'default', ...object.metadata } };
    await api.create(body as unknown as KubernetesObject);
  }
  const ready = async (): Promise<string[]> =>
    (await core(cluster).listNamespacedPod({ namespace: 'default' })).items
      .filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
      .map(({ metadata }) => metadata?.labels?.app ?? '');
  await eventually('all Pods Ready', ready, (apps) => apps.length === 5, 90_000);
  const ip = async (service: string): Promise<string> =>
    (await core(cluster).readNamespacedService({ namespace: 'default', name: service })).status?.loadBalancer?.ingress?.[0]?.ip ?? '';
  const order = { productId: 1, quantity: 3, customerId: 'a@b.c', customerName: 'Lee', customerAddr: 'seoul' };
  const answer = await fetch(`http://${await ip('order')}:8081/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  expect(answer.status).toBe(201);
  const { id } = (await answer.json()) as { id: string };
  const deliveries = await eventually(
    'the delivery',
    async () => (await (await fetch(`http://${await ip('delivery')}:8082/deliveries`)).json()) as { orderId: string }[],
    (all) => all.length > 0,
  );
  expect(deliveries.map(({ orderId }) => orderId)).toEqual([id]);
  const processes = [recordOf(name), ...processesOf(cluster.stateDir)];
  expect(processes).toHaveLength(6);
  await cluster.stop();
  expect(living(processes)).toEqual([]);
  expect(existsSync(cluster.stateDir)).toBe(false);
}, 180_000);

test('its state is for its user alone', async () => {
  const { stateDir, kubeconfig } = await start(labName());
  expect(statSync(stateDir).mode & 0o777).toBe(0o700);
  for (const file of [kubeconfig, join(stateDir, 'cluster.json'), join(stateDir, 'cluster.log')])
    expect({ file, mode: statSync(file).mode & 0o777 }).toEqual({ file, mode: 0o600 });
});

test('several `up` of one name at once are one lab; of another name, another', async () => {
  const [name, other] = [labName(), labName()];
  const clusters = await Promise.all([start(name), start(name), start(name), start(other)]);
  expect(clusters.slice(0, 3).filter(({ started }) => started)).toHaveLength(1);
  expect(clusters[3]?.started).toBe(true);
  expect(recordOf(name).prefix).not.toBe(recordOf(other).prefix);
  expect(await local.list()).toEqual(expect.arrayContaining([name, other]));
  expect((await local.find(name))?.kubeconfig).toBe(clusters[0]?.kubeconfig);
  expect(await local.down(name)).toEqual([expect.stringMatching(/^ended lab .* \(process \d+\) with its Pods$/)]);
  expect(await local.down(name)).toEqual([]);
  expect(await local.find(name)).toBeUndefined();
  expect((await local.find(other))?.name).toBe(other);
});

test('the lab is not in the process group of who started it: Ctrl-C does not reach it', async () => {
  const name = labName();
  await start(name);
  const { pid } = recordOf(name);
  if (process.platform === 'linux') {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
    expect(fields.slice(2, 4)).toEqual([String(pid), String(pid)]);
  }
  process.kill(pid, 'SIGINT');
  await eventually(
    'the end of the lab',
    () => isAlive(recordOrGone(name)),
    (alive) => !alive,
  );
  expect(existsSync(join(stateHome(), name))).toBe(false);
});
const recordOrGone = (name: string) => (existsSync(join(stateHome(), name, 'cluster.json')) ? recordOf(name) : { pid: 0, startTime: 0 });

/** A program that brings a lab up as its owner, and stays. */
async function owner(name: string): Promise<{ program: ChildProcess; cluster: Pick<Cluster, 'kubeconfig' | 'stateDir'> }> {
  const file = join(folder, 'owner.mjs');
  const main = join(root, 'dist/cluster/platforms/local/local.js');
  writeFileSync(
    file,
    `import { local } from ${JSON.stringify(main)};
     const { kubeconfig, stateDir } = await local.up({ name: process.argv[2], life: 'owner', imagesFile: ${JSON.stringify(imagesFile)} });
     console.log(JSON.stringify({ kubeconfig, stateDir }));
     setInterval(() => undefined, 1000);`,
  );
  const program = spawn(process.execPath, [file, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: program.stdout as NonNullable<typeof program.stdout> }))
    return { program, cluster: JSON.parse(line) as Pick<Cluster, 'kubeconfig' | 'stateDir'> };
  throw new Error('the owner ended without a lab');
}

test('within 5 s of SIGKILL to its owner nothing of a lab is left, also where a Pod hears no TERM', async () => {
  const name = labName();
  const { program, cluster } = await owner(name);
  const processes = [recordOf(name), ...(await runPods(cluster, pod('web'), pod('deaf', 'deaf')))];
  expect(living(processes)).toHaveLength(3);
  const killed = Date.now();
  program.kill('SIGKILL');
  await eventually(
    'nothing left',
    () => [living(processes), existsSync(cluster.stateDir)] as const,
    ([left, state]) => left.length === 0 && !state,
    5000,
  );
  expect(Date.now() - killed).toBeLessThan(5000);
});

test('an owner that ends by itself is not held up by its lab, and the lab ends with it', async () => {
  const name = labName();
  const file = join(folder, 'short.mjs');
  writeFileSync(
    file,
    `import { local } from ${JSON.stringify(join(root, 'dist/cluster/platforms/local/local.js'))};\nawait local.up({ name: '${name}', life: 'owner' });\n`,
  );
  const program = spawn(process.execPath, [file], { stdio: 'inherit' });
  const [code] = (await once(program, 'exit')) as [number];
  expect(code).toBe(0);
  await eventually(
    'the end of the lab',
    () => existsSync(join(stateHome(), name)),
    (there) => !there,
    10_000,
  );
});

test('what a killed cluster process left is ended by the next `up`', async () => {
  const name = labName();
  const first = await start(name);
  const processes = await runPods(first, pod('web'), pod('deaf', 'deaf'));
  process.kill(recordOf(name).pid, 'SIGKILL');
  await eventually(
    'the end of the cluster process',
    () => isAlive(recordOf(name)),
    (alive) => !alive,
  );
  expect(living(processes)).toHaveLength(2);
  expect((await local.doctor()).find(({ title }) => title === `lab ${name}`)).toMatchObject({
    level: 'warning',
    advice: `shoplab down --name ${name}`,
  });
  const second = await start(name);
  expect(second.started).toBe(true);
  expect(living(processes)).toEqual([]);
  expect((await core(second).listPodForAllNamespaces()).items).toEqual([]);
});

test('`down` and `stop` end what a killed cluster process left, and say so', async () => {
  const name = labName();
  const cluster = await start(name);
  const processes = await runPods(cluster, pod('web'));
  process.kill(recordOf(name).pid, 'SIGKILL');
  await eventually(
    'the end of the cluster process',
    () => isAlive(recordOf(name)),
    (alive) => !alive,
  );
  expect(await local.down(name)).toEqual([`ended process ${processes[0]?.pid} (container app), left by a lab that was killed`]);
  expect(living(processes)).toEqual([]);
  const again = await start(name);
  const others = await runPods(again, pod('web'));
  process.kill(recordOf(name).pid, 'SIGKILL');
  await eventually(
    'the end of the cluster process',
    () => isAlive(recordOf(name)),
    (alive) => !alive,
  );
  await again.stop();
  expect(living(others)).toEqual([]);
  expect(existsSync(again.stateDir)).toBe(false);
});

test('a killed cluster process leaves nothing stopped at its limit, and `down` ends it', async () => {
  const name = labName();
  const cluster = await start(name);
  const spec = { containers: [{ name: 'app', image: 'busy', imagePullPolicy: 'IfNotPresent', resources: { limits: { cpu: '50m' } } }] };
  const [busy = { pid: 0, startTime: 0 }] = await runPods(cluster, { ...pod('busy'), spec });
  const isStopped = (): boolean => readProcess(busy.pid)?.state === 'T';
  for (const until = Date.now() + 20_000; !isStopped(); await after(2)) expect(Date.now()).toBeLessThan(until);
  process.kill(recordOf(name).pid, 'SIGKILL');
  // Ten periods and more without a stop: nobody holds it any more.
  for (let free = 0, until = Date.now() + 20_000; free < 300; free = isStopped() ? 0 : free + 1) {
    expect(Date.now()).toBeLessThan(until);
    await after(4);
  }
  expect(living([busy])).toHaveLength(1);
  expect(await local.down(name)).toEqual([`ended process ${busy.pid} (container app), left by a lab that was killed`]);
  expect(living([busy])).toEqual([]);
});

test('a lab says on its node how often its autoscalers look', async () => {
  const annotation = 'shoplab.dev/horizontal-pod-autoscaler-sync-period';
  const ofNode = async (cluster: Cluster) => (await core(cluster).listNode()).items[0]?.metadata?.annotations?.[annotation];
  expect(await ofNode(await start(labName()))).toBe('15s');
  expect(await ofNode(await start(labName(), 'detached', { autoscalerSyncMs: 2500 }))).toBe('2.5s');
});

test.each([
  ['a run, which is gone', { life: 'owner', platform: 'local' }, true],
  ['`up`, whose process is gone', { life: 'detached', platform: 'local' }, false],
  ['a run on another platform', { life: 'owner', platform: 'docker' }, false],
] as const)('what was left by %s: whether it is abandoned', async (_title, of, isAbandoned) => {
  const name = labName();
  const folder = join(stateHome(), name);
  mkdirSync(folder, { recursive: true });
  const record = { name, pid: 2 ** 22 + 1, startTime: 1, prefix: '127.77', port: 1, startedAt: '', ...of };
  writeFileSync(join(folder, 'cluster.json'), JSON.stringify(record));
  try {
    expect(await local.isAbandoned(name)).toBe(isAbandoned);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a process that has the pid of one that is gone is left alone', async () => {
  const name = labName();
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  await once(bystander, 'spawn');
  const pid = bystander.pid ?? 0;
  const startTime = (startTimeOf(pid) ?? 0) - 1;
  mkdirSync(join(stateHome(), name, 'processes'), { recursive: true });
  writeFileSync(
    join(stateHome(), name, 'cluster.json'),
    JSON.stringify({ name, pid, startTime, prefix: '127.77', port: 1, life: 'detached', startedAt: '' }),
  );
  writeFileSync(join(stateHome(), name, 'processes', `${pid}.json`), JSON.stringify({ pid, startTime, container: 'app' }));
  expect(await local.find(name)).toBeUndefined();
  expect(await local.down(name)).toEqual([`removed the state of lab ${name}, which was not running`]);
  expect(startTimeOf(pid)).toBe(startTime + 1);
  const exit = once(bystander, 'exit');
  bystander.kill('SIGKILL');
  await exit;
});

test('a namespace whose owner is gone is deleted, one whose owner lives is not', async () => {
  const cluster = await start(labName());
  const api = core(cluster);
  const gone = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  await once(gone, 'spawn');
  const namespace = (name: string, pid: number) =>
    api.createNamespace({ body: { metadata: { name, annotations: { 'shoplab.dev/owner-process': `${pid}:${startTimeOf(pid)}` } } } });
  await namespace('mine', process.pid);
  await namespace('orphan', gone.pid ?? 0);
  const processes = await runPods(cluster, pod('web', 'web', 'mine'), pod('deaf', 'deaf', 'orphan'));
  gone.kill('SIGKILL');
  await eventually(
    'the orphan deleted',
    async () => (await api.listNamespace()).items.map(({ metadata }) => metadata?.name),
    (all) => !all.includes('orphan'),
    20_000,
  );
  expect(living(processes)).toHaveLength(1);
  expect((await api.listNamespacedPod({ namespace: 'mine' })).items).toHaveLength(1);
});

test('a start that fails says why, and leaves nothing', async () => {
  const name = labName();
  const broken = join(folder, 'broken.yaml');
  writeFileSync(broken, 'web: { command: 7 }\n');
  const failure = await start(name, 'owner', { imagesFile: broken }).catch((error: unknown) => error as Error);
  expect(failure).toMatchObject({ name: 'PlatformUnavailable' });
  expect(String(failure)).toContain('broken.yaml');
  expect(existsSync(join(stateHome(), name))).toBe(false);
});

test('an `up` that is aborted takes back what it began', async () => {
  const name = labName();
  const controller = new AbortController();
  const up = start(name, 'detached', { signal: controller.signal, onProgress: () => controller.abort(new Error('no more')) });
  await expect(up).rejects.toThrow('no more');
  expect(existsSync(join(stateHome(), name))).toBe(false);
});

test('a name that is no name is refused', async () => {
  for (const name of ['', '..', 'a/b', 'A', '-a'])
    await expect(local.up({ name, life: 'owner' })).rejects.toThrow('is not a name for a lab');
});

test('doctor looks at what a lab needs', async () => {
  const findings = await local.doctor();
  expect(findings.map(({ title }) => title)).toEqual(
    expect.arrayContaining([
      'Node',
      'loopback addresses',
      'PostgreSQL',
      'user',
      'state folder',
      'memory',
      'port 8081',
      'port 8082',
      'port 8083',
    ]),
  );
  for (const { level, advice, detail } of findings) {
    expect(detail).not.toBe('');
    expect(advice === '').toBe(level === 'ok');
  }
});
