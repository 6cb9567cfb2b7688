import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Cluster } from '../../platform.ts';
import { docker } from './docker.ts';
import { labLabel, reaperLabel } from './engine.ts';

/** The shop on real Kafka and PostgreSQL, each Pod a container, behind the same API server, controllers and kubelet; looked at by real kubectl. */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const name = `docker-${process.pid}`;
let cluster: Cluster;

const kubectl = async (...words: string[]): Promise<string> =>
  (await execa('kubectl', ['--kubeconfig', cluster.kubeconfig, '--namespace', 'shop', ...words])).stdout;
const containersOf = async (lab: string): Promise<string[]> =>
  (await execa('docker', ['ps', '--all', '--quiet', '--filter', `label=${labLabel}=${lab}`])).stdout.split('\n').filter(Boolean);
const reapersOf = async (lab: string): Promise<string[]> =>
  (await execa('docker', ['ps', '--all', '--quiet', '--filter', `label=${reaperLabel}=${lab}`])).stdout.split('\n').filter(Boolean);
const networksOf = async (lab: string): Promise<string[]> =>
  (await execa('docker', ['network', 'ls', '--quiet', '--filter', `label=${labLabel}=${lab}`])).stdout.split('\n').filter(Boolean);

/** Asks until the answer is as it should be. Rejects with the last answer. */
async function until<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean, withinMs = 60_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (let last: unknown; ; await pause(200)) {
    try {
      const answer = await ask();
      if (isDone(answer)) return answer;
      last = answer;
    } catch (error) {
      last = (error as Error).message;
    }
    if (Date.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${JSON.stringify(last)}`);
  }
}
/** Where a Service is reached from this machine. */
const originOf = async (service: string): Promise<string> => {
  const host = await kubectl('get', 'service', service, '--output', 'jsonpath={.status.loadBalancer.ingress[0].ip}');
  const port = await kubectl('get', 'service', service, '--output', 'jsonpath={.spec.ports[0].port}');
  return `http://${host}:${port}`;
};

beforeAll(async () => {
  cluster = await docker.up({ name, life: 'owner' });
  await kubectl('create', 'namespace', 'shop');
  await kubectl('apply', '--kustomize', join(root, 'manifests/base'));
  await kubectl('wait', '--for=condition=Available', 'deployment', '--all', '--timeout=120s');
}, 240_000);
afterAll(async () => {
  await cluster?.stop();
  expect(await containersOf(name)).toEqual([]);
  expect(await networksOf(name)).toEqual([]);
});

test('an order is delivered once; each Pod is a container that docker shows', async () => {
  const order = await originOf('order');
  const body = JSON.stringify({ productId: 1, quantity: 3 });
  const placed = await fetch(`${order}/orders`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  expect(placed.status).toBe(201);
  const { id } = (await placed.json()) as { id: string };
  const delivery = await originOf('delivery');
  const deliveries = async () =>
    ((await (await fetch(`${delivery}/deliveries`)).json()) as { orderId: string }[]).filter(({ orderId }) => orderId === id);
  expect(await until(deliveries, (found) => found.length > 0)).toHaveLength(1);

  const images = (await execa('docker', ['ps', '--filter', `label=${labLabel}=${name}`, '--format', '{{.Image}}'])).stdout.split('\n');
  expect(images).toEqual(
    expect.arrayContaining(['shoplab/order:0.1.0', 'shoplab/delivery:0.1.0', 'shoplab/product:0.1.0', 'postgres:18', 'apache/kafka:4.1.2']),
  );
  expect(await kubectl('get', 'pods', '--output', 'jsonpath={.items[*].status.containerStatuses[*].containerID}')).toMatch(
    /^(docker:\/\/\w+ ?){5}$/,
  );
});

test('kubectl reads logs, runs commands and shows usage', async () => {
  expect(await kubectl('logs', 'deployment/order', '--tail=50')).toContain('"msg"');
  expect(await kubectl('exec', 'deployment/order', '--', 'id', '-un')).toBe('node');
  const failed = await execa(
    'kubectl',
    ['--kubeconfig', cluster.kubeconfig, '-n', 'shop', 'exec', 'deployment/order', '--', 'sh', '-c', 'exit 7'],
    {
      reject: false,
    },
  );
  expect(failed.exitCode).toBe(7);
  expect(
    await until(
      () => kubectl('top', 'pods'),
      (text) => /kafka-0 +\d+m +[1-9]\d+Mi/.test(text),
    ),
  ).toMatch(/order-/);
});

test('a Service has its name and its address inside, and refuses where nobody is ready', async () => {
  const clusterIP = await kubectl('get', 'service', 'delivery', '--output', 'jsonpath={.spec.clusterIP}');
  const lookUp = "require('dns').lookup('delivery', (error, address) => console.log(error?.code ?? address))";
  expect(await kubectl('exec', 'deployment/order', '--', 'node', '--eval', lookUp)).toBe(clusterIP);
  await kubectl('scale', 'deployment/delivery', '--replicas=0');
  await kubectl('wait', '--for=delete', 'pod', '--selector=app=delivery', '--timeout=60s');
  const call =
    "fetch('http://delivery:8082/health/live').then(({ status }) => console.log(status), ({ cause }) => console.log(cause.code))";
  const ask = () => kubectl('exec', 'deployment/order', '--', 'node', '--eval', call);
  expect(await until(ask, (text) => text === 'ECONNREFUSED', 20_000)).toBe('ECONNREFUSED');
  await kubectl('scale', 'deployment/delivery', '--replicas=1');
  await kubectl('rollout', 'status', 'deployment/delivery', '--timeout=60s');
  expect(await until(ask, (text) => text === '200', 20_000)).toBe('200');
});

test('a container that is killed behind the kubelet’s back is restarted', async () => {
  const id = await kubectl('get', 'pods', '--selector=app=product', '--output', 'jsonpath={.items[0].metadata.name}');
  const { stdout } = await execa('docker', [
    'ps',
    '--quiet',
    '--filter',
    `label=shoplab.dev/pod=${id}`,
    '--filter',
    `label=${labLabel}=${name}`,
  ]);
  await execa('docker', ['kill', stdout]);
  const restarted = await until(
    () =>
      kubectl(
        'get',
        'pod',
        id,
        '--output',
        'jsonpath={.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].lastState.terminated.exitCode}',
      ),
    (text) => text.startsWith('1'),
  );
  expect(restarted).toBe('1 137');
  await kubectl('wait', '--for=condition=Ready', `pod/${id}`, '--timeout=60s');
});

test('a Pod keeps its address while its containers come and go: the one beside is reached, and who has ended refuses at once', async () => {
  const container = (name: string, ...command: string[]) => ({ name, image: 'node:24-slim', command });
  const serve = "require('http').createServer((_, response) => response.end('beside')).listen(8080)";
  const spec = { containers: [container('ends', 'sleep', '1'), container('beside', 'node', '--eval', serve)] };
  await apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pair' }, spec });
  const restarts = 'jsonpath={.status.containerStatuses[?(@.name=="ends")].restartCount}';
  await until(
    () => kubectl('get', 'pod', 'pair', '--output', restarts),
    (count) => Number(count) > 0,
  );
  const answer = (port: number) => kubectl('get', '--raw', `/api/v1/namespaces/shop/pods/pair:${port}/proxy/`, '--request-timeout=2s');
  expect(await answer(8080)).toBe('beside');
  await expect(answer(8081)).rejects.toThrow(/ECONNREFUSED/);
  expect(await kubectl('exec', 'pair', '--container=beside', '--', 'hostname')).toBe('pair');

  const crash = { containers: [container('crash', 'false')] };
  await apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'crash' }, spec: crash });
  const waiting = 'jsonpath={.status.containerStatuses[0].state.waiting.reason}';
  await until(
    () => kubectl('get', 'pod', 'crash', '--output', waiting),
    (reason) => reason === 'CrashLoopBackOff',
  );
  await expect(kubectl('get', '--raw', '/api/v1/namespaces/shop/pods/crash:80/proxy/', '--request-timeout=2s')).rejects.toThrow(
    /ECONNREFUSED/,
  );
  const sandboxes = async () => (await execa('docker', ['ps', '--all', '--quiet', '--filter', 'label=shoplab.dev/sandbox=crash'])).stdout;
  expect(await sandboxes()).not.toBe('');
  await kubectl('delete', 'pod', 'pair', 'crash', '--grace-period=1');
  expect(await sandboxes()).toBe('');
});

test('an image that is not to be had says so in the engine’s words', async () => {
  await kubectl('run', 'nothing', '--image=shoplab-test/there-is-none:1', '--restart=Never');
  const reason = () => kubectl('get', 'pod', 'nothing', '--output', 'jsonpath={.status.containerStatuses[0].state.waiting.reason}');
  expect(await until(reason, (text) => text.includes('Image'))).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
  const events = await kubectl(
    'get',
    'events',
    '--field-selector=involvedObject.name=nothing,reason=Failed',
    '--output',
    'jsonpath={.items[*].message}',
  );
  expect(events).toContain('Failed to pull image "shoplab-test/there-is-none:1"');
  await kubectl('delete', 'pod', 'nothing', '--wait=false');
});

const scratchPod = (name: string, command: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    volumes: [{ name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
    containers: [
      {
        name: 'main',
        image: 'node:24-slim',
        command: ['sh', '-c', command],
        securityContext: {
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          runAsUser: 1000,
        },
        volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
      },
    ],
  },
});
const apply = async (object: object): Promise<string> =>
  (
    await execa('kubectl', ['--kubeconfig', cluster.kubeconfig, '--namespace', 'shop', 'apply', '--filename', '-'], {
      input: JSON.stringify(object),
    })
  ).stderr;

test('a volume in memory is full at its limit, says so, and outlives its containers', async () => {
  // Twice as much as fits, a second line that nobody may write, and then the word that the container before left.
  const command =
    'cat /scratch/word; echo kept > /scratch/word; head -c 2000000 /dev/zero > /scratch/big; touch /root-is-read-only; sleep 1000 & wait';
  // Nothing to warn of: on this platform all of it is honoured.
  expect(await apply(scratchPod('full', command))).toBe('');
  const log = () => kubectl('logs', 'full');
  const first = await until(log, (text) => text.includes('root-is-read-only'));
  expect(first).toMatch(/No space left on device|write error/);
  expect(first).toContain('Read-only file system');
  expect(first).not.toContain('kept');
  await kubectl('exec', 'full', '--', 'sh', '-c', 'kill -9 -1').catch(() => undefined); // it ends with what it kills
  expect(await until(log, (text) => text.includes('kept'))).toContain('kept');
  const volumes = async () => (await execa('docker', ['volume', 'ls', '--quiet', '--filter', `label=${labLabel}=${name}`])).stdout;
  expect(await volumes()).toMatch(/^shoplab-[-0-9a-f]+-scratch$/);
  await kubectl('delete', 'pod', 'full', '--grace-period=1');
  expect(await volumes()).toBe('');
});

test('whoever asks that a container is not root’s is told where nobody can say', async () => {
  const pod = scratchPod('whose', 'sleep 1000');
  const [container] = pod.spec.containers;
  Object.assign(container ?? {}, { image: 'postgres:18', securityContext: { runAsNonRoot: true } });
  await apply(pod);
  const waiting = () => kubectl('get', 'pod', 'whose', '--output', 'jsonpath={.status.containerStatuses[0].state.waiting}');
  expect(await until(waiting, (text) => text.includes('CreateContainerConfigError'))).toContain('image will run as root');
  await kubectl('delete', 'pod', 'whose', '--grace-period=1');
});

test('a cluster process that is killed leaves nothing in the engine for longer than 15 s', async () => {
  const killed = `${name}-killed`;
  const { stateDir } = await docker.up({ name: killed, life: 'detached' });
  expect((await containersOf(killed)).length).toBeGreaterThan(0);
  const { pid } = JSON.parse(readFileSync(join(stateDir, 'cluster.json'), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  // Nobody helps the reaper, and this process has others of its sessions open.
  const left = async () => [...(await containersOf(killed)), ...(await networksOf(killed)), ...(await reapersOf(killed))];
  expect(await until(left, (ids) => ids.length === 0, 15_000)).toEqual([]);
  expect(await docker.down(killed)).toEqual([`removed the state of lab ${killed}, which was not running`]);
  expect(await docker.list()).not.toContain(killed);
});
