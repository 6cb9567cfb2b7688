import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../../cluster/platform.ts';
import { local } from '../../cluster/platforms/local/local.ts';
import type { Fault, KubeClients, Lab, UndoEntry } from '../engine/experiment.ts';
import { applyObjects } from '../engine/kube/apply-objects.ts';
import { connectKube } from '../engine/kube/kube-clients.ts';
import { createNamespace } from '../engine/kube/namespace.ts';
import { podProxyPath } from '../engine/kube/pod-path.ts';
import { isPodReady } from '../engine/kube/workloads.ts';
import { performUndo } from '../engine/undo/operations.ts';
import { VariantLab } from '../engine/variant-lab.ts';
import { eventLoopHang } from './event-loop-hang.ts';
import { healthFailure } from './health-failure.ts';
import { podsOf } from './pods-of.ts';
import { rollout, untilRolledOut } from './rollout.ts';

/** Serves, and has a chaos port as the shop's services have; with DEAF it takes orders and does nothing. */
const program = `
import { createServer } from 'node:http';
let live = 200;
createServer((request, response) => {
  response.statusCode = request.url === '/health/live' ? live : 200;
  response.end('{}');
}).listen(8080);
createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    if (!process.env.DEAF) {
      if (request.method === 'DELETE') live = 200;
      if (request.url === '/health') live = JSON.parse(body).live;
      if (request.url === '/exit') response.on('finish', () => process.exit(1));
      if (request.url === '/hang')
        response.on('finish', () => setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600000)));
    }
    response.end('{}');
  });
}).listen(8099);
`;

let folder: string;
let cluster: Cluster;
let kube: KubeClients & { close(): void };
let lab: Lab;
let made = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'probe-faults-'));
  process.env.XDG_STATE_HOME = join(folder, 'xdg');
  writeFileSync(join(folder, 'app.mjs'), program);
  writeFileSync(join(folder, 'images.yaml'), 'test/app: { command: [node, app.mjs] }\n');
  cluster = await local.up({ name: 'probe-faults', life: 'owner', imagesFile: join(folder, 'images.yaml') });
  kube = await connectKube(cluster.kubeconfig);
});
afterAll(async () => {
  kube?.close();
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A namespace of its own with one Pod of `app`, which is Ready. */
async function withApp(env: Record<string, string> = {}): Promise<void> {
  made += 1;
  const namespace = `faults-${made}`;
  const labels = { app: 'app' };
  const container = {
    name: 'app',
    image: 'test/app:1',
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 },
  };
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } };
  const spec = { replicas: 1, selector: { matchLabels: labels }, template };
  await createNamespace(kube, namespace, 'faults');
  await applyObjects(kube, namespace, [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'app' }, spec }]);
  lab = new VariantLab({ namespace, kube, signal: AbortSignal.timeout(120_000), say: () => undefined, seed: 1 });
  await eventually(async () => (await podsOf(lab, 'app=app')).some(isPodReady));
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`not within 60 s: ${holds}`);
    await pause(50);
  }
}

/** Plans, injects and proves, as the engine does; the plan goes through JSON, as it does on disk. */
async function strike(fault: Fault) {
  const entry = JSON.parse(JSON.stringify(await fault.plan(lab))) as UndoEntry;
  await fault.inject(lab, entry);
  return { entry, proof: await fault.prove(lab, entry) };
}
const undo = (entry: UndoEntry): Promise<string> => performUndo(kube, entry, AbortSignal.timeout(60_000));
const victimOf = ({ arguments: { pod } }: UndoEntry): string => String(pod);
const live = (pod: string): Promise<string> =>
  kube.request('GET', podProxyPath(lab, pod, 8080, '/health/live')).then(
    () => 'well',
    (error: Error) => error.message,
  );

const hang = (): Fault => eventLoopHang({ id: 'hung', service: 'app', port: 8080, biteWithinMs: 500 });
const sick = (): Fault => healthFailure({ id: 'sick', service: 'app', port: 8080, live: 500, biteWithinMs: 500 });

describe('event-loop-hang', () => {
  test('is proven by silence, and undone by another Pod; undone again it does nothing', async () => {
    await withApp();
    const { entry, proof } = await strike(hang());
    expect(proof).toMatchObject({ bit: true, message: expect.stringContaining('has not answered GET /health/live within 1 s') });
    expect(proof.at && Date.parse(proof.at)).toBeLessThanOrEqual(Date.now() - 1000);
    expect(await undo(entry)).toBe(`deleted Pod ${victimOf(entry)} in ${lab.namespace}, which does not come back by itself`);
    await eventually(async () => (await podsOf(lab, 'app=app')).some(isPodReady));
    expect(await undo(entry)).toBe(`Pod ${victimOf(entry)} in ${lab.namespace} is gone`);
  }, 120_000);

  test('has not bitten where the Pod goes on answering', async () => {
    await withApp({ DEAF: '1' });
    const { proof } = await strike(hang());
    expect(proof).toEqual({ bit: false, message: expect.stringContaining('still answers GET /health/live: with success') });
  }, 120_000);

  test('has not bitten where there is no chaos port, or no Pod', async () => {
    await withApp();
    const elsewhere = eventLoopHang({ id: 'hung', service: 'app', port: 8080, chaosPort: 8098, biteWithinMs: 200 });
    expect((await strike(elsewhere)).proof).toEqual({ bit: false, message: 'there is no Pod of app whose chaos port 8098 answers' });
    const nobody = eventLoopHang({ id: 'hung', service: 'nobody', port: 8080 });
    expect((await strike(nobody)).proof.bit).toBe(false);
  }, 120_000);
});

describe('health-failure', () => {
  test('is proven by the status, and undone by the chaos port', async () => {
    await withApp();
    const { entry, proof } = await strike(sick());
    expect(proof).toMatchObject({ bit: true, message: expect.stringContaining('answers GET /health/live with 500') });
    expect(await live(victimOf(entry))).toContain('500');
    expect(await undo(entry)).toContain('answers by itself again');
    expect(await live(victimOf(entry))).toBe('well');
  }, 120_000);

  test('needs no undo where the container was restarted meanwhile', async () => {
    await withApp();
    const { entry } = await strike(sick());
    await kube.request('POST', podProxyPath(lab, victimOf(entry), 8099, '/exit'), {});
    await eventually(async () => (await podsOf(lab, 'app=app')).some(({ status }) => status?.containerStatuses?.[0]?.restartCount === 1));
    expect(await undo(entry)).toContain('has been restarted');
  }, 120_000);

  test('has not bitten where the answer stays as it was', async () => {
    await withApp({ DEAF: '1' });
    expect((await strike(sick())).proof).toEqual({ bit: false, message: expect.stringContaining('answers GET /health/live with 200') });
  }, 120_000);
});

describe('rollout', () => {
  const templateOf = async () =>
    (await kube.request<{ spec: { template: object } }>('GET', `/apis/apps/v1/namespaces/${lab.namespace}/deployments/app`)).spec.template;

  test('is proven by the first new Pod, is over when the last old one is gone, and is undone by the former template', async () => {
    await withApp();
    const former = await templateOf();
    const [old] = await podsOf(lab, 'app=app');
    const { entry, proof } = await strike(rollout({ id: 'new', deployment: 'app', env: { VERSION: 'two' }, annotations: { is: 'new' } }));
    expect(proof).toMatchObject({ bit: true, message: expect.stringContaining('the first Pod of the new version is there: ') });
    await eventually(async () => (await untilRolledOut(lab, 'app')).done);
    const [young] = await podsOf(lab, 'app=app');
    expect(young?.metadata.name).not.toBe(old?.metadata.name);
    expect(young?.spec?.containers[0]).toMatchObject({ env: [{ name: 'VERSION', value: 'two' }] });
    expect(young?.metadata.annotations).toMatchObject({ is: 'new' });
    expect(await undo(entry)).toContain('gave Deployment app');
    expect(await templateOf()).toEqual(former);
    expect(await undo(entry)).toContain('gave Deployment app');
  }, 120_000);

  test('has not bitten where the new version is the old one', async () => {
    await withApp({ VERSION: 'one' });
    const { proof } = await strike(rollout({ id: 'new', deployment: 'app', env: { VERSION: 'one' }, biteWithinMs: 1000 }));
    expect(proof).toEqual({ bit: false, message: expect.stringContaining('has no Pod of another version') });
  }, 120_000);
});
