import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { buildKustomization } from '../kustomize/build.ts';

/**
 * The images of the shop as real Docker makes them of shop/Dockerfile, with real PostgreSQL and Kafka, and with the variables and files that the
 * manifests give them.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const services = ['order', 'delivery', 'product'] as const;
const run = `shop-images-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), 'shop-images-'));
const started: string[] = [];

const docker = async (...words: string[]): Promise<string> => (await execa('docker', words, { cwd: root })).stdout.trim();
const tagOf = (service: string): string => `shoplab-test/${service}:${run}`;
const build = (service: string, ...words: string[]) =>
  // The classic builder: an engine need not have buildx.
  execa(
    'docker',
    ['build', '--quiet', '--file', 'shop/Dockerfile', '--build-arg', `SERVICE=${service}`, ...words, '--tag', tagOf(service), '.'],
    {
      cwd: root,
      env: { DOCKER_BUILDKIT: '0' },
      all: true,
      reject: false,
    },
  );

interface Manifest {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  spec?: { template?: { spec: PodSpec } };
}
interface PodSpec {
  volumes?: { name: string; configMap?: { name: string } }[];
  containers: [
    {
      image: string;
      env?: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[];
      envFrom?: { configMapRef: { name: string } }[];
      volumeMounts?: { name: string; mountPath: string }[];
    },
  ];
}
let manifests: Manifest[];
const named = (kind: string, name: string): Manifest => {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name.startsWith(name));
  if (!found) throw new Error(`the manifests have no ${kind} ${name}`);
  return found;
};

/** Starts what a workload of the manifests runs, by its name in the network; answers its address on this machine, where a port is given. */
async function start(kind: string, name: string, port?: number): Promise<string> {
  const pod = named(kind, name).spec?.template?.spec as PodSpec;
  const [{ image, env = [], envFrom = [], volumeMounts = [] }] = pod.containers;
  const variables = [
    ...envFrom.flatMap(({ configMapRef }) => Object.entries(named('ConfigMap', configMapRef.name).data ?? {})),
    ...env.map(({ name: key, value, valueFrom }) => [key, value ?? secret(valueFrom?.secretKeyRef)] as const),
  ].flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const mounts = volumeMounts.flatMap(({ name: volume, mountPath }) => {
    const source = pod.volumes?.find((one) => one.name === volume)?.configMap;
    if (!source) return [];
    const path = join(folder, volume);
    mkdirSync(path);
    for (const [file, text] of Object.entries(named('ConfigMap', source.name).data ?? {})) writeFileSync(join(path, file), text);
    return ['--volume', `${path}:${mountPath}:ro`];
  });
  const own = image.startsWith('shoplab/') ? tagOf(name) : image;
  const publish = port === undefined ? [] : ['--publish', `127.0.0.1::${port}`];
  const words = ['--detach', '--label', 'shoplab.dev/test', '--network', run, '--network-alias', name, ...publish, ...variables, ...mounts];
  const id = await docker('run', ...words, own);
  started.push(id);
  return port === undefined ? id : ((await docker('port', id, String(port))).split('\n')[0] ?? '');
}
const secret = (from: { name: string; key: string } | undefined): string => {
  const { data, stringData } = named('Secret', from?.name ?? '');
  return stringData?.[from?.key ?? ''] ?? Buffer.from(data?.[from?.key ?? ''] ?? '', 'base64').toString();
};

/** Asks until the answer is as it should be. Rejects with the last answer and the log of the container. */
async function until<T>(what: string, ask: () => Promise<T>, isDone: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (let last: unknown; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
    try {
      const answer = await ask();
      if (isDone(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error; // it does not listen yet
    }
    if (Date.now() > deadline) {
      const logs = await Promise.all(
        started.map((id) => execa('docker', ['logs', '--tail', '15', id], { all: true }).then(({ all }) => all)),
      );
      throw new Error(`${what}: ${JSON.stringify(last)}\n${logs.join('\n---\n')}`);
    }
  }
}

beforeAll(async () => {
  manifests = (await buildKustomization(join(root, 'manifests/base'))) as Manifest[];
  await docker('network', 'create', '--label', 'shoplab.dev/test', run);
});
afterAll(async () => {
  if (started.length > 0) await docker('rm', '--force', '--volumes', ...started);
  await docker('network', 'rm', run);
  await execa('docker', ['image', 'rm', '--force', ...services.map(tagOf)], { reject: false });
  rmSync(folder, { recursive: true });
});

test.each(services)('%s is built of its bundle alone, and is not root', async (service) => {
  expect(await build(service)).toMatchObject({ exitCode: 0 });
  const files = await docker('run', '--rm', '--label', 'shoplab.dev/test', tagOf(service), 'ls', '/app', '/app/dist', '/app/dist/bundles');
  expect(files.split(/\s+/)).toEqual(['/app:', 'dist', '/app/dist:', 'bundles', '/app/dist/bundles:', service]);
  expect(await docker('run', '--rm', '--label', 'shoplab.dev/test', tagOf(service), 'id', '-un')).toBe('node');
});

test('a service that is none fails the build', async () => {
  const { exitCode, all } = await build('nothing');
  expect(exitCode).not.toBe(0);
  expect(all).toContain('nothing');
});

test('a defect is built in as a variable', async () => {
  expect(await build('product', '--build-arg', 'DEFECT=crash')).toMatchObject({ exitCode: 0 });
  expect(await docker('run', '--rm', '--label', 'shoplab.dev/test', tagOf('product'), 'printenv', 'DEFECT')).toBe('crash');
  expect(await build('product')).toMatchObject({ exitCode: 0 });
});

test('an order is delivered once, with real Kafka and PostgreSQL; SIGTERM ends each service with 0', async () => {
  await start('StatefulSet', 'postgres');
  await start('StatefulSet', 'kafka');
  const [order, delivery, product] = [
    await start('Deployment', 'order', 8081),
    await start('Deployment', 'delivery', 8082),
    await start('Deployment', 'product', 8083),
  ];
  for (const address of [order, delivery, product])
    await until(
      `${address} is ready`,
      () => fetch(`http://${address}/health/ready`),
      ({ status }) => status === 200,
    );
  const body = JSON.stringify({ productId: 1, quantity: 3, customerId: 'a@b.c' });
  const placed = await fetch(`http://${order}/orders`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  expect(placed.status).toBe(201);
  const { id } = (await placed.json()) as { id: string };
  const deliveries = async () =>
    ((await (await fetch(`http://${delivery}/deliveries`)).json()) as { orderId: string }[]).filter(({ orderId }) => orderId === id);
  expect(await until('the order is delivered', deliveries, (found) => found.length > 0)).toHaveLength(1);
  const views = async () => (await (await fetch(`http://${order}/orders/${id}`)).json()) as { delivery: { status: string } };
  await until('order sees its delivery', views, (seen) => seen.delivery.status === 'started');

  for (const container of started.slice(2)) {
    await docker('stop', '--time', '10', container);
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', container)).toBe('0');
  }
});
