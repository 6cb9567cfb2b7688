import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KubeConfig } from '@kubernetes/client-node';
import { execa } from 'execa';
import { Agent, fetch as ask } from 'undici';
import { freePort } from '../../images/free-port.ts';
import { PlatformUnavailable } from '../../platform.ts';
import { dockerImageStore } from '../docker/image-store.ts';
import { shopImages } from '../docker/shop-images.ts';
import { k3sLabs, type NodeRecord } from '../one-node/node-record.ts';
import { k3s } from './k3s.ts';

/**
 * By a stand-in that does to whoever starts it what k3s' image does, with no Kubernetes in it: k3s itself was not to be had where this was written.
 * Held here is all that is the platform's own: the container, its ports, the images in it, its kubeconfig, and its end.
 */
const scratch = mkdtempSync(join(tmpdir(), 'k3s-test-'));
const nodeImage = 'shoplab/k3s-stand-in:1';
const name = `k3s-${process.pid}`;
const container = `shoplab-k3s-${name}`;
const state = process.env.XDG_STATE_HOME;

beforeAll(async () => {
  process.env.XDG_STATE_HOME = join(scratch, 'state');
  const context = join(scratch, 'image');
  cpSync(fileURLToPath(new URL('testing/stand-in', import.meta.url)), context, { recursive: true });
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', join(context, 'key.pem'), '-out', join(context, 'cert.pem')];
  await execa('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '1',
    ...subject,
    ...files,
  ]);
  await dockerImageStore.build({ tag: nodeImage, context, file: join(context, 'Dockerfile'), buildArgs: {} });
}, 180_000);
afterAll(async () => {
  await k3s.down(name);
  if (state === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = state;
  rmSync(scratch, { recursive: true });
  expect(await containers()).toEqual([]);
});

const containers = async (): Promise<string[]> =>
  (await execa('docker', ['ps', '--all', '--filter', 'label=shoplab.dev/k3s', '--format', '{{.Names}}'])).stdout
    .split('\n')
    .filter(Boolean);
const idIn = async (image: string): Promise<string> => {
  const { stdout } = await execa('docker', ['exec', container, 'crictl', 'inspecti', image]);
  return JSON.parse(stdout).status.id;
};
/** What an `up` says that takes the lab which is up. */
const upAgain = async (): Promise<string> => {
  const said: string[] = [];
  expect(await k3s.up({ name, life: 'detached', onProgress: (step) => said.push(step) })).toMatchObject({ started: false });
  return said.join('\n');
};
const agent = new Agent({ connect: { rejectUnauthorized: false } });

test('up: a container of k3s with the shop’s images, whose ports are this machine’s alone; again: nothing is done twice', async () => {
  const port = await freePort();
  const said: string[] = [];
  const options = { name, life: 'detached' as const, nodeImage, localhostPorts: [port], autoscalerSyncMs: 5000 };
  const cluster = await k3s.up({ ...options, onProgress: (step) => said.push(step) });
  expect(cluster).toMatchObject({
    platform: 'k3s',
    started: true,
    nodePorts: { [port]: 30_081 },
    podSecurity: 'restricted',
    countsRequests: true,
  });
  expect(statSync(cluster.kubeconfig).mode & 0o777).toBe(0o600);
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const server = config.getCurrentCluster()?.server ?? '';
  const told = async (path: string): Promise<unknown> => (await ask(server + path, { dispatcher: agent })).json();
  expect(await told('/command')).toEqual([
    'server',
    '--disable=traefik,servicelb',
    '--node-label=shoplab.dev/created=true',
    '--kube-controller-manager-arg=horizontal-pod-autoscaler-sync-period=5000ms',
  ]);
  expect(await told('/patched')).toEqual([
    { path: '/api/v1/nodes/k3s', body: { metadata: { annotations: { 'shoplab.dev/horizontal-pod-autoscaler-sync-period': '5s' } } } },
  ]);

  const [{ HostConfig, NetworkSettings, Config }] = JSON.parse((await execa('docker', ['inspect', container])).stdout);
  expect(HostConfig.Privileged).toBe(true);
  expect(NetworkSettings.Ports['30081/tcp']).toEqual([{ HostIp: '127.0.0.1', HostPort: String(port) }]);
  for (const bindings of Object.values(NetworkSettings.Ports as Record<string, { HostIp: string }[]>))
    for (const { HostIp } of bindings) expect(HostIp).toBe('127.0.0.1');
  // No reaper of a session takes it away: it is a lab that stays.
  expect(Object.keys(Config.Labels)).not.toContain('org.testcontainers.session-id');

  expect(said.join('\n')).toContain(`loading images ${shopImages.join(', ')}`);
  for (const image of shopImages) expect(await idIn(image)).toBe((await execa('docker', ['inspect', '--format', '{{.Id}}', image])).stdout);

  expect(await upAgain()).not.toContain('loading');
  expect(await told('/patched')).toHaveLength(1);
  expect(await k3s.find(name)).toMatchObject({ name, started: false, nodeImage, autoscalerSyncMs: 5000 });
}, 180_000);

test('up of a lab that an older shoplab made, or an `up` that was interrupted: what is missing is done, and no more', async () => {
  const [order = '', ...others] = shopImages;
  const { container: id, nodeImage: _image, autoscalerSyncMs: _sync, loaded: _loaded, ...older } = k3sLabs.recordOf(name) as NodeRecord;
  k3sLabs.write(older);
  await execa('docker', ['exec', container, 'rm', `/images/${encodeURIComponent(order)}`]);
  const said = await upAgain();
  expect(said).toContain(`loading image ${order}`);
  for (const image of others) expect(said).not.toContain(image);
  // The nodes say how often its autoscalers look, and nobody is told anew.
  expect(k3sLabs.recordOf(name)).toMatchObject({ container: id, nodeImage, autoscalerSyncMs: 5000 });
  expect(await upAgain()).not.toContain('loading');

  // Killed after the cluster was made, and before its nodes were told.
  const annotation = 'shoplab.dev/horizontal-pod-autoscaler-sync-period';
  const config = new KubeConfig();
  config.loadFromFile(k3sLabs.kubeconfigOf(name));
  const node = `${config.getCurrentCluster()?.server}/api/v1/nodes/k3s`;
  const body = JSON.stringify({ metadata: { annotations: { [annotation]: null } } });
  await ask(node, { dispatcher: agent, method: 'PATCH', body });
  await upAgain();
  const { items } = (await (await ask(node.replace('/k3s', ''), { dispatcher: agent })).json()) as {
    items: { metadata: { annotations: object } }[];
  };
  expect(items[0]?.metadata.annotations).toEqual({ [annotation]: '5s' });
}, 180_000);

test('a run that finds it up, and then without an answer, leaves it as it is', async () => {
  const { container: id } = k3sLabs.recordOf(name) as NodeRecord;
  await execa('docker', ['pause', container]);
  try {
    await expect(k3s.up({ name, life: 'owner' })).rejects.toThrow(PlatformUnavailable);
  } finally {
    await execa('docker', ['unpause', container]);
  }
  expect(k3sLabs.recordOf(name)).toMatchObject({ container: id, life: 'detached' });
  expect(await upAgain()).not.toContain('creating');
}, 120_000);

test('where the node calls an image otherwise than the engine, it is loaded when its content changes, and no more', async () => {
  const tag = `shoplab/changing-${process.pid}:1`;
  const context = join(scratch, 'changing');
  mkdirSync(context);
  const build = async (content: string): Promise<string> => {
    writeFileSync(join(context, 'Dockerfile'), `FROM node:24-slim\nENV CONTENT=${content}\n`);
    await dockerImageStore.build({ tag, context, file: join(context, 'Dockerfile'), buildArgs: {} });
    const cluster = await k3s.find(name);
    await cluster?.images?.bring?.(tag);
    return idIn(tag);
  };
  /** When it was last loaded, as the node's clock has it. */
  const loadedAt = async (): Promise<string> =>
    (await execa('docker', ['exec', container, 'stat', '--format', '%y', `/images/${encodeURIComponent(tag)}`])).stdout;
  await execa('docker', ['exec', container, 'touch', '/otherwise']);
  try {
    const first = await build('1');
    expect(first).not.toBe((await execa('docker', ['inspect', '--format', '{{.Id}}', tag])).stdout);
    const at = await loadedAt();
    expect([await build('1'), await loadedAt()]).toEqual([first, at]);
    expect(await build('2')).not.toBe(first);
  } finally {
    await execa('docker', ['exec', container, 'rm', '/otherwise']);
    await execa('docker', ['rmi', tag]);
  }
}, 180_000);

test('down: it is gone, and so is what was written of it', async () => {
  expect(await k3s.down(name)).toEqual([`deleted k3s cluster ${name}`]);
  expect([await containers(), await k3s.find(name), await k3s.list()]).toEqual([[], undefined, []]);
  expect(await k3s.down(name)).toEqual([]);
});

test('a container of that name which shoplab did not make is left alone', async () => {
  await execa('docker', ['create', '--name', container, 'node:24-slim']);
  try {
    await expect(k3s.up({ name, life: 'owner', nodeImage })).rejects.toThrow(/there is a k3s cluster .* that shoplab did not create/);
    expect(await k3s.down(name)).toEqual([]);
    await execa('docker', ['inspect', container]);
  } finally {
    await execa('docker', ['rm', container]);
  }
});

test('a cluster that took the place of the lab’s is left alone, too', async () => {
  await k3s.up({ name, life: 'detached', nodeImage });
  await execa('docker', ['rm', '--force', '--volumes', container]);
  await execa('docker', ['create', '--name', container, 'node:24-slim']);
  try {
    await expect(k3s.up({ name, life: 'detached', nodeImage })).rejects.toThrow(/there is a k3s cluster .* that shoplab did not create/);
    expect(await k3s.down(name)).toEqual([
      `removed the state of lab ${name}, whose cluster is gone; another of that name is there, and is left alone`,
    ]);
    await execa('docker', ['inspect', container]);
  } finally {
    await execa('docker', ['rm', container]);
  }
}, 180_000);

test('an image that is not to be had is told with the engine’s words, and nothing is left', async () => {
  const up = k3s.up({ name, life: 'owner', nodeImage: 'localhost:1/no/k3s:1' });
  await expect(up).rejects.toThrow(PlatformUnavailable);
  await expect(up).rejects.toThrow(/the engine cannot have image localhost:1\/no\/k3s:1: /);
  expect([await containers(), await k3s.list()]).toEqual([[], []]);
});

test('a cluster of a run goes with its process', async () => {
  const script = `const { k3s } = await import('./dist/cluster/platforms/k3s/k3s.js');
    await k3s.up({ name: ${JSON.stringify(name)}, life: 'owner', nodeImage: ${JSON.stringify(nodeImage)} });
    console.log('up'); setInterval(() => undefined, 1000);`;
  const cwd = fileURLToPath(new URL('../../..', import.meta.url));
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const ended = once(child, 'close').then(([code]) => Promise.reject(new Error(`it ended with ${code}`)));
    await Promise.race([once(child.stdout, 'data'), ended]);
    ended.catch(() => undefined); // by this test's doing
    expect(await containers()).toEqual([container]);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  // Ryuk waits 10 s for a process that is gone to come back.
  for (const untilMs = Date.now() + 60_000; (await containers()).length > 0 && Date.now() < untilMs; )
    await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await containers()).toEqual([]);
  expect(await k3s.find(name)).toBeUndefined();
  expect(await k3s.down(name)).toEqual([`removed the state of lab ${name}, whose cluster is gone`]);
}, 180_000);
