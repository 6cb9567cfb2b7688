import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import type { Cluster } from '../../cluster/platform.ts';
import { local } from '../../cluster/platforms/local/local.ts';
import type { KubeClients } from '../engine/experiment.ts';
import { connectKube } from '../engine/kube/kube-clients.ts';
import type { Pod } from '../engine/kube/workloads.ts';
import { performUndo } from '../engine/undo/operations.ts';
import { undoLeftovers } from '../engine/undo/undo-leftovers.ts';
import { VariantLab } from '../engine/variant-lab.ts';
import { type NetworkToxicOptions, networkToxic } from './network-toxic.ts';

const program = `
import { createServer } from 'node:http';
createServer((request, response) => response.end('hello from ' + process.env.HOSTNAME)).listen(8080);
`;
const dist = fileURLToPath(new URL('../../dist/experiments', import.meta.url)).replace('/dist/dist/', '/dist/');

let folder: string;
let cluster: Cluster;
let kube: KubeClients & { close(): void };
let lab: VariantLab;
let count = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'network-toxic-test-'));
  process.env.XDG_STATE_HOME = join(folder, 'xdg');
  writeFileSync(join(folder, 'app.mjs'), program);
  const toxiproxy = `{ command: [node, ${join(dist, '../cluster/images/toxiproxy/main.js')}], args: [-host=0.0.0.0] }`;
  writeFileSync(join(folder, 'images.yaml'), `test/app: { command: [node, app.mjs] }\nregistry.test/shopify/toxiproxy: ${toxiproxy}\n`);
  cluster = await local.up({ name: 'network-toxic-test', life: 'owner', imagesFile: join(folder, 'images.yaml') });
  kube = await connectKube(cluster.kubeconfig);
});
afterAll(async () => {
  kube?.close();
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A Service `back` with two Pods behind it, in a namespace of its own. */
beforeEach(async () => {
  count += 1;
  const namespace = `toxic-${count}`;
  lab = new VariantLab({ namespace, kube, signal: new AbortController().signal, say: () => undefined, seed: 1 });
  const core = `/api/v1/namespaces`;
  await kube.request('POST', core, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const ports = [{ name: 'http', port: 8080, targetPort: 'http' }];
  const service = { type: 'LoadBalancer', selector: { app: 'back' }, ports };
  await kube.request('POST', `${core}/${namespace}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'back' },
    spec: service,
  });
  for (const name of ['back-a', 'back-b']) {
    const container = { name: 'app', image: 'test/app:1', ports: [{ name: 'http', containerPort: 8080 }] };
    await kube.request('POST', `${core}/${namespace}/pods`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: 'back' } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ ...container, readinessProbe: { httpGet: { port: 'http' }, periodSeconds: 1 } }],
      },
    });
  }
  await until(async () => (await answerOf()).startsWith('hello'));
});

const answerOf = async (): Promise<string> => String((await lab.http('back', 8080, 'GET', '/').catch(() => ({ body: '' }))).body);

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const untilMs = performance.now() + 60_000; !(await holds()); await pause(50)) {
    if (performance.now() > untilMs) throw new Error('it did not come within 60 s');
  }
}

const fault = (options: Partial<NetworkToxicOptions>) =>
  networkToxic({ id: 'slow', service: 'back', port: 8080, path: '/', toxics: [], ...options });
const slow = { type: 'latency', attributes: { latency: 400, jitter: 100 } } as const;

/** The Service is as it was, and nothing stands before it. */
async function expectNothingLeft(): Promise<void> {
  const core = `/api/v1/namespaces/${lab.namespace}`;
  const { spec } = await kube.request<{ spec: { selector: object } }>('GET', `${core}/services/back`);
  expect(spec.selector).toEqual({ app: 'back' });
  await until(async () => {
    const names = await Promise.all(
      ['pods', 'services'].map(async (kind) =>
        (await kube.request<{ items: { metadata: { name: string } }[] }>('GET', `${core}/${kind}`)).items.map(
          ({ metadata }) => metadata.name,
        ),
      ),
    );
    return JSON.stringify(names.map((some) => some.sort())) === JSON.stringify([['back-a', 'back-b'], ['back']]);
  });
  expect(await answerOf()).toMatch(/^hello from back-[ab]$/);
}

test('its Pod takes its image from where this cluster has it', async () => {
  const { namespace, signal, say, seed } = lab;
  lab = new VariantLab({ namespace, kube, signal, say, seed, imageOf: (image) => image.replace('ghcr.io', 'registry.test') });
  const toxic = fault({ toxics: [slow] });
  const entry = await toxic.plan(lab);
  await toxic.prepare?.(lab, entry);
  const pod = await kube.request<Pod>('GET', `/api/v1/namespaces/${namespace}/pods/back-toxiproxy`);
  expect(pod.status?.containerStatuses).toMatchObject([{ image: expect.stringMatching('^registry.test/shopify/toxiproxy:'), ready: true }]);
  await performUndo(kube, entry, AbortSignal.timeout(30_000));
  await expectNothingLeft();
});

test('a latency toxic is felt by new and by kept connections, seen, and gone with its undo', async () => {
  const toxic = fault({ toxics: [slow] });
  const entry = await toxic.plan(lab);
  expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
  await toxic.prepare?.(lab, entry);
  expect(await answerOf()).toMatch(/^hello from back-[ab]$/);

  const { host, port } = await lab.address('back', 8080);
  const agent = new Agent({ connections: 1, keepAliveTimeout: 60_000 });
  const timed = async (): Promise<number> => {
    const startedMs = performance.now();
    const { body } = await request(`http://${host}:${port}/`, { dispatcher: agent });
    await body.text();
    return performance.now() - startedMs;
  };
  await timed();
  await toxic.inject(lab, entry);
  expect(await timed()).toBeGreaterThanOrEqual(299);
  const { bit, message } = await toxic.prove(lab, entry);
  expect(message).toMatch(
    /^8 of 8 connections show latency \(latency 400, jitter 100\): answered after \d+ to \d+ ms, before answered after \d+ ms$/,
  );
  expect(bit).toBe(true);

  const said = await performUndo(kube, entry, AbortSignal.timeout(30_000));
  expect(said).toBe(`Service back in ${lab.namespace} leads to its own Pods again`);
  // The same connection, as long as the proxy is there.
  expect(await timed()).toBeLessThan(299);
  await expectNothingLeft();
  expect(await performUndo(kube, entry, AbortSignal.timeout(30_000))).toBe(said);
  await agent.destroy();
});

test('resets on half of the connections are seen', async () => {
  const toxic = fault({ toxics: [{ type: 'reset_peer', toxicity: 0.5, attributes: { timeout: 0 } }] });
  const entry = await toxic.plan(lab);
  await toxic.prepare?.(lab, entry);
  await toxic.inject(lab, entry);
  const { bit, message } = await toxic.prove(lab, entry);
  expect(message).toMatch(/^[1-8] of 8 connections show reset_peer .* on 50 % of the connections: .*[1-8] reset/);
  expect(bit).toBe(true);
  await performUndo(kube, entry, AbortSignal.timeout(30_000));
  await expectNothingLeft();
});

test('a toxic that acts on nobody did not bite', async () => {
  const toxic = fault({ toxics: [{ ...slow, toxicity: 0 }], biteWithinMs: 300 });
  const entry = await toxic.plan(lab);
  await toxic.prepare?.(lab, entry);
  await toxic.inject(lab, entry);
  expect(await toxic.prove(lab, entry)).toMatchObject({ bit: false, message: expect.stringMatching(/^0 of \d+ connections show latency/) });
  await performUndo(kube, entry, AbortSignal.timeout(30_000));
});

test('what a killed engine left is undone by its log, at whatever moment it died', async () => {
  const stateDir = join(folder, `state-${count}`);
  for (const step of ['prepare', 'inject']) {
    const script = `
      import { connectKube } from '${dist}/engine/kube/kube-clients.js';
      import { UndoLog } from '${dist}/engine/undo/undo-log.js';
      import { VariantLab } from '${dist}/engine/variant-lab.js';
      import { networkToxic } from '${dist}/faults/network-toxic.js';
      const kube = await connectKube(${JSON.stringify(cluster.kubeconfig)});
      const lab = new VariantLab({ namespace: ${JSON.stringify(lab.namespace)}, kube, signal: new AbortController().signal, say() {}, seed: 1 });
      const toxic = networkToxic({ id: 'slow', service: 'back', port: 8080, path: '/', toxics: ${JSON.stringify([slow])} });
      const entry = await toxic.plan(lab);
      new UndoLog(${JSON.stringify(stateDir)}, 'run').plan(entry);
      for (const step of ['prepare', 'inject']) {
        await toxic[step](lab, entry);
        if (step === '${step}') break;
      }
      process.stdout.write('done');
      setInterval(() => undefined, 1000);`;
    const engine = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(engine, 'exit');
    expect(String((await Promise.race([once(engine.stdout, 'data'), exited]))[0])).toBe('done');
    engine.kill('SIGKILL');
    await exited;
    expect(await undoLeftovers(stateDir, cluster.kubeconfig)).toEqual([`Service back in ${lab.namespace} leads to its own Pods again`]);
    await expectNothingLeft();
    expect(await undoLeftovers(stateDir, cluster.kubeconfig)).toEqual([]);
  }
});

test('the undo of what was only planned changes nothing', async () => {
  const entry = await fault({ toxics: [slow] }).plan(lab);
  expect(await performUndo(kube, entry, AbortSignal.timeout(30_000))).toBe(`Service back in ${lab.namespace} leads to its own Pods again`);
  await expectNothingLeft();
});
