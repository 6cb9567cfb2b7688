import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import type { Journal } from '../experiments/engine/journal.ts';
import { buildK6StandIn } from '../experiments/load/testing/k6-image.ts';
import { CliRuns, checkOf } from './testing/cli-runs.ts';
import { KindLab } from './testing/kind-lab.ts';
import { startRegistry } from './testing/registry/registry.ts';
import { type Cell, playCell } from './testing/verdicts/cell.ts';
import { deploy } from './testing/verdicts/deploy.ts';
import { liveness } from './testing/verdicts/liveness.ts';

/** Genuine Kubernetes, made by our own command, as a user has it. */
const lab = new KindLab();
const elsewhere = mkdtempSync(join(tmpdir(), 'another-state-'));
const inPlace = liveness.cells.find(({ kind }) => kind === 'in place') as Cell;
let first: Awaited<ReturnType<typeof lab.up>>;
beforeAll(async () => {
  first = await lab.up();
}, 600_000);
afterAll(async () => {
  await lab.remove();
  rmSync(elsewhere, { recursive: true });
}, 120_000);

test('the shop answers on localhost, on genuine Kubernetes, and delivers an order once', async () => {
  expect(first).toMatchObject({ started: true, urls: { order: ['http://localhost:8081'], delivery: ['http://localhost:8082'] } });
  expect(await lab.kubectl('get', 'nodes', '--output', 'jsonpath={.items[*].status.nodeInfo.kubeletVersion}')).toMatch(/^v1\.\d+\.\d+$/);
  const placed = await fetch('http://localhost:8081/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"productId":1,"quantity":3}',
  });
  expect(placed.status).toBe(201);
  const { id } = (await placed.json()) as { id: string };
  const deliveries = async () =>
    ((await (await fetch('http://localhost:8082/deliveries')).json()) as { orderId: string }[]).filter(({ orderId }) => orderId === id);
  for (const untilMs = Date.now() + 60_000; (await deliveries()).length === 0 && Date.now() < untilMs; ) await pause(200);
  expect(await deliveries()).toHaveLength(1);
  const { stdout } = await lab.shoplab(['status']);
  expect(stdout).toContain(`lab ${lab.name} on platform kind is up`);
  expect(stdout).toContain('http://localhost:8082');
});

test('doing it again applies again, and loads nothing that is there', async () => {
  const { started, said } = await lab.up();
  expect(started).toBe(false);
  expect(said).not.toContain('loading image');
});

test('a cluster that another has made is neither taken nor deleted', async () => {
  // Nothing that listens on localhost: a port that is taken would be told first.
  writeFileSync(join(elsewhere, 'kustomization.yaml'), 'resources: [configuration.yaml]\n');
  writeFileSync(join(elsewhere, 'configuration.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: empty}\ndata: {}\n');
  const taken = await lab.shoplab(['up', '--platform', 'kind', '-k', elsewhere], elsewhere);
  expect([taken.exitCode, taken.stderr]).toEqual([5, expect.stringContaining('that shoplab did not create')]);
  const down = await lab.shoplab(['down', '--platform', 'kind'], elsewhere);
  expect([down.exitCode, down.stdout]).toEqual([0, `lab ${lab.name} is not up`]);
  expect(await lab.clusters()).toContain(lab.name);
});

describe('a context of somebody’s kubeconfig, with the rights of manifests/rbac.yaml alone', () => {
  let theirs: CliRuns;
  const context = ['--context', 'least-rights'];
  beforeAll(async () => {
    theirs = new CliRuns();
    await lab.kubectl('delete', 'namespace', 'shop', '--ignore-not-found');
    await lab.kubectl('apply', '--filename', 'manifests/rbac.yaml');
    const token = await lab.kubectl('--namespace', 'shoplab-access', 'create', 'token', 'shoplab');
    const config = JSON.parse(await lab.kubectl('config', 'view', '--raw', '--minify', '--output', 'json'));
    const [{ name: cluster }] = config.clusters;
    const contexts = [{ name: 'least-rights', context: { cluster, user: 'least' } }];
    const file = join(theirs.folder, 'kubeconfig');
    writeFileSync(file, JSON.stringify({ ...config, users: [{ name: 'least', user: { token } }], contexts, 'current-context': '' }));
    process.env.KUBECONFIG = file;
  }, 120_000);
  afterAll(() => {
    delete process.env.KUBECONFIG;
    theirs.remove();
  });

  test('liveness, in place: passed; outside of the lab’s namespaces nothing is left', async () => {
    const { ended, wrong } = await playCell(theirs, 'least-rights', 'liveness', inPlace, [...context, '--yes']);
    expect(wrong).toEqual([]);
    for (const { loads } of ended.journal?.variants ?? []) expect(loads).toMatchObject([{ settings: { sentFrom: 'Pod shoplab-loader' } }]);
    expect(await lab.namespacesOfRuns()).toBe('');
    await lab.untilRightsAreGone();
  }, 300_000);

  test('without consent, and to kube-system, nothing is done', async () => {
    const folder = join(theirs.folder, 'kube-system');
    mkdirSync(folder);
    writeFileSync(join(folder, 'kustomization.yaml'), 'resources: [it.yaml]\n');
    writeFileSync(join(folder, 'it.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: it, namespace: kube-system}\ndata: {}\n');
    const namespaces = () => lab.kubectl('get', 'namespaces', '--output', 'name');
    const before = await namespaces();
    const up = (...words: string[]) => theirs.shoplab('up', '-k', folder, '--name', 'one', ...context, ...words);
    expect(await up()).toMatchObject({ code: 2, err: expect.stringContaining('is a cluster that shoplab did not create') });
    expect(await up('--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('is for namespace kube-system: a lab changes no namespace but its own'),
    });
    expect(await namespaces()).toBe(before);
  }, 120_000);

  test('two labs are in one cluster at once, and neither sees the other', async () => {
    const labs = ['one', 'two'];
    const folder = (name: string): string => join(theirs.folder, name);
    for (const name of labs) {
      mkdirSync(folder(name));
      writeFileSync(join(folder(name), 'kustomization.yaml'), `resources: [it.yaml]\n`);
      const container = `{name: it, image: node:24-slim, command: [sleep, infinity], env: [{name: LAB, value: ${name}}]}`;
      writeFileSync(
        join(folder(name), 'it.yaml'),
        `apiVersion: apps/v1
kind: Deployment
metadata: {name: it}
spec:
  selector: {matchLabels: {app: it}}
  template:
    metadata: {labels: {app: it}}
    spec: {terminationGracePeriodSeconds: 0, containers: [${container}]}
`,
      );
    }
    const all = await Promise.all(labs.map((name) => theirs.shoplab('up', '-k', folder(name), '--name', name, ...context, '--yes')));
    expect(all.map(({ code, err }) => [code, code === 0 ? '' : err])).toEqual(labs.map(() => [0, '']));
    const saysIn = (name: string): Promise<string> =>
      lab.kubectl('--namespace', `shop-${name}`, 'exec', 'deployment/it', '--', 'sh', '-c', 'echo $LAB');
    for (const name of labs) {
      expect(await saysIn(name)).toBe(name);
      const { out } = await theirs.shoplab('status', '--name', name);
      expect(out).toContain(`shop-${name}`);
      expect(out).not.toContain(`shop-${labs.find((other) => other !== name)}`);
    }
    expect(await theirs.shoplab('down', '--name', 'one')).toMatchObject({ code: 0, out: expect.stringContaining('namespace shop-one') });
    expect(await saysIn('two')).toBe('two');
    expect(await lab.kubectl('get', 'namespaces', '--output', 'name')).not.toContain('shop-one');
    expect((await theirs.shoplab('down', '--name', 'two')).code).toBe(0);
  }, 120_000);

  test('deploy, by a registry that the cluster pulls from: passed', async () => {
    expect((await theirs.shoplab('run', 'deploy', ...context, '--yes')).err).toMatch(
      /deploy releases versions.*a registry\n.*--image-registry/s,
    );
    const registry = await startRegistry(lab.name, lab.name);
    try {
      const cell = deploy.cells.find(({ kind }) => kind === 'in place') as Cell;
      const { ended, wrong } = await playCell(theirs, 'registry', 'deploy', cell, [...context, '--yes', '--image-registry', registry.name]);
      expect(wrong).toEqual([]);
      expect(checkOf(ended, 'treatment', 'good-version-out').message).toContain(`${registry.name}/shoplab/product:`);
      // Whatever ran, the lab's own Pods among it: the kubelet tells each image that it pulled, or had.
      const told = (ended.journal?.variants ?? []).flatMap(({ events }) => events.filter(({ reason }) => reason === 'Pulled'));
      for (const pod of ['shoplab-switch', 'shoplab-loader', 'kafka', 'postgres', 'product'])
        expect(told.map(({ object }) => object)).toContainEqual(expect.stringMatching(`^Pod/${pod}`));
      expect(told.map(({ message }) => message).filter((message) => !message.includes(`image "${registry.name}/`))).toEqual([]);
    } finally {
      await registry.remove();
    }
  }, 600_000);

  test('doctor says that the rights suffice, and which one is missing', async () => {
    const { code, out } = await theirs.shoplab('doctor', ...context);
    expect([code, out]).toEqual([0, expect.stringContaining('all that a lab asks for')]);
    const without = JSON.parse(await lab.kubectl('get', 'clusterrole', 'shoplab', '--output', 'json'));
    without.rules = without.rules.filter(({ apiGroups }: { apiGroups: string[] }) => apiGroups[0] !== 'coordination.k8s.io');
    await lab.kubectl('patch', 'clusterrole', 'shoplab', '--type', 'merge', '--patch', JSON.stringify({ rules: without.rules }));
    const less = await theirs.shoplab('doctor', ...context);
    expect(less.code).toBe(5);
    expect(less.out).toContain(
      'you may not: get leases.coordination.k8s.io; create leases.coordination.k8s.io; patch leases.coordination.k8s.io',
    );
  });
});

describe('a run', () => {
  // What lies beside it would only warm the machine.
  beforeAll(() => lab.kubectl('delete', 'namespace', 'shop', '--ignore-not-found'), 120_000);

  const short = liveness.cells.filter((cell) => cell.short);
  test.each(short.map((cell, number) => [`${cell.kind}: ${cell.name}`, number, cell] as const))(
    'liveness, %s',
    async (_title, number, cell) => {
      expect((await playCell(lab.runs, `${number}`, 'liveness', cell, lab.words)).wrong).toEqual([]);
      expect(await lab.namespacesOfRuns()).toBe('');
    },
    300_000,
  );

  test('liveness, its load sent by k6 from its image (a stand-in of it): passed', async () => {
    const image = await buildK6StandIn();
    const { ended, wrong } = await playCell(lab.runs, 'k6', 'liveness', inPlace, [...lab.words, '--load', 'k6', '--k6-image', image]);
    expect(wrong).toEqual([]);
    for (const { loads } of ended.journal?.variants ?? [])
      expect(loads).toMatchObject([{ settings: { sentBy: 'k6 v0.0.0-stand-in', sentFrom: 'Pod shoplab-loader' } }]);
  }, 300_000);

  const report = join(elsewhere, 'report');
  const journal = (experiment: string): Journal => JSON.parse(readFileSync(join(report, `${experiment}.json`), 'utf8'));

  test('that is killed by SIGKILL: what it broke is undone within 45 s, by nobody’s help', async () => {
    const run = lab.run('liveness', '--report-dir', report);
    await run.saying('control: fault hung is in');
    const [namespace = ''] = (await lab.namespacesOfRuns()).split('\n').map((one) => one.replace('namespace/', ''));
    // Nothing is in it that is less safe.
    const enforced = 'jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}';
    expect(await lab.kubectl('get', 'namespace', namespace, '--output', enforced)).toBe('restricted');
    // Its chaos port is the lab's alone, where a network enforces policies (that of this cluster may not).
    const policy = JSON.parse(
      await lab.kubectl('--namespace', namespace, 'get', 'networkpolicy', 'shoplab-chaos-port', '--output', 'json'),
    );
    const [, guarded] = policy.spec.ingress;
    expect(guarded.ports).toEqual([{ port: 8099, protocol: 'TCP' }]);
    const server = await lab.kubectl('get', 'nodes', '--output', 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}');
    expect(guarded.from).toContainEqual({ ipBlock: { cidr: `${server}/32` } });
    run.child.kill('SIGKILL');
    await run.closed;
    for (const untilMs = Date.now() + 45_000; (await lab.namespacesOfRuns()) !== '' && Date.now() < untilMs; ) await pause(500);
    expect(await lab.namespacesOfRuns()).toBe('');
    await lab.untilRightsAreGone();
  });

  test('without the Pod that would undo everything: errored, and nothing is left', async () => {
    const run = lab.run('liveness', '--report-dir', report);
    await run.saying('control: fault hung is in');
    const [namespace = ''] = (await lab.namespacesOfRuns()).split('\n').map((one) => one.replace('namespace/', ''));
    await lab.kubectl('--namespace', namespace, 'delete', 'pod', 'shoplab-switch', '--wait=false');
    await run.closed;
    expect(run.code).toBe(1);
    expect(journal('liveness')).toMatchObject({ outcome: 'errored', reason: expect.stringContaining('shoplab-switch') });
    expect(await lab.namespacesOfRuns()).toBe('');
  });

  test('without the API server: errored with exit code 5, and what it broke is undone when that is back', async () => {
    const run = lab.run('async-decoupling', '--report-dir', report);
    await run.saying('control: fault delivery-down is in');
    await execa('docker', ['pause', `${lab.name}-control-plane`]);
    try {
      await run.saying('control: delete namespace');
    } finally {
      await execa('docker', ['unpause', `${lab.name}-control-plane`]);
    }
    await run.closed;
    expect(journal('async-decoupling')).toMatchObject({
      outcome: 'errored',
      reason: expect.stringContaining('the API server does not answer for'),
    });
    expect(run.code).toBe(5);
    expect(await lab.namespacesOfRuns()).toBe('');
  });
});
