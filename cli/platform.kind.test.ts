import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { together } from '../.jest/together.ts';
import { withEmptyFolder } from '../cluster/platforms/kind/testing/kind-test-lab.ts';
import type { Journal } from '../experiments/engine/journal.ts';
import { CliRuns, verdictOf } from './testing/cli-runs.ts';
import { KindLab } from './testing/kind-lab.ts';
import { Program } from './testing/program.ts';
import { startRegistry, type TestRegistry } from './testing/registry/registry.ts';
import { type Cell, type PlayedCell, playCell } from './testing/verdicts/cell.ts';
import { expectVerdict } from './testing/verdicts/expect-verdict.ts';
import { playsIn, withoutMemory } from './testing/verdicts/kind-plays.ts';
import { liveness, livenessHealth } from './testing/verdicts/liveness.ts';

/** Genuine Kubernetes, made by our own command, as a user has it. */
const lab = new KindLab('shop');
const folder = mkdtempSync(join(tmpdir(), 'kind-'));
const kindCalls = join(folder, 'kind-calls');
/** What `kind` was asked since it was asked last, in a line each. */
const calls = (): string => {
  const said = readFileSync(kindCalls, 'utf8');
  writeFileSync(kindCalls, '');
  return said;
};
const clusters = async (): Promise<string[]> => (await execa('kind', ['get', 'clusters'])).stdout.split('\n');
const inPlaceOf = (cells: Cell[]): Cell => cells.find(({ kind }) => kind === 'in place') as Cell;

let first: Awaited<ReturnType<typeof lab.up>>;
beforeAll(async () => {
  // A kind before the true one, which writes down what it is asked.
  const { stdout: kind } = await execa('sh', ['-c', 'command -v kind']);
  writeFileSync(join(folder, 'kind'), `#!/bin/sh\necho "$*" >> '${kindCalls}'\nexec '${kind}' "$@"\n`);
  chmodSync(join(folder, 'kind'), 0o755);
  writeFileSync(kindCalls, '');
  process.env.PATH = `${folder}${delimiter}${process.env.PATH}`;
  first = await lab.up();
}, 600_000);
afterAll(() => {
  lab.runs.remove();
  rmSync(folder, { recursive: true });
});

describe('the cluster', () => {
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

  test('is made, and images are loaded, once', async () => {
    expect(calls()).toMatch(/^create cluster --name kind-shop .*\n(.*\n)*load docker-image shoplab\/order/m);
    expect((await lab.up()).started).toBe(false);
    expect(calls()).not.toMatch(/^(create|load)/m);
  });

  test('an image that the node does not have any more is loaded again, and no other', async () => {
    const inNode = (...words: string[]) =>
      execa('docker', ['exec', `${lab.name}-control-plane`, 'ctr', '--namespace', 'k8s.io', 'images', ...words]);
    const { stdout: all } = await inNode('ls', '--quiet');
    const [image = ''] = all.split('\n').filter((name) => name.includes('/shoplab/delivery:content-'));
    await inNode('rm', '--sync', image);
    calls();
    await lab.up();
    expect(calls()).toMatch(new RegExp(`^load docker-image ${image.replace('docker.io/', '')} --name \\S+$`, 'm'));
  });

  test('what it was made with it keeps: another Kubernetes is refused', async () => {
    const { exitCode, stderr } = await lab.shoplab(['up', '--platform', 'kind', '--kubernetes-version', '1.31.0']);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/its node has image kindest\/node:v1\.34\.4.*and kindest\/node:v1\.31\.0 is asked for/),
    ]);
  });

  test('that another has made is neither taken nor deleted', async () => {
    const elsewhere = { XDG_STATE_HOME: join(folder, 'another') };
    const taken = await withEmptyFolder((empty) => lab.shoplab(['up', '--platform', 'kind', '-k', empty], elsewhere));
    expect([taken.exitCode, taken.stderr]).toEqual([5, expect.stringContaining('that shoplab did not create')]);
    const down = await lab.shoplab(['down', '--platform', 'kind'], elsewhere);
    expect([down.exitCode, down.stdout]).toEqual([0, `lab ${lab.name} is not up`]);
    expect(await clusters()).toContain(lab.name);
  });

  test('is not made without kind, and it is said what to install', async () => {
    const { exitCode, stderr } = await lab.shoplab(['up', '--platform', 'kind'], { PATH: '/usr/bin:/bin' });
    expect([exitCode, stderr]).toEqual([5, expect.stringMatching(/kind is not installed.*\nTry this: install kind/)]);
  });

  test('Ctrl-C while it is made: nothing is left', async () => {
    await withEmptyFolder(async (empty) => {
      const up = new Program(['up', '--platform', 'kind', '--name', 'kind-cut', '-k', empty], { XDG_STATE_HOME: lab.state });
      const made = async (): Promise<boolean> => (await clusters()).includes('kind-cut');
      while (!(await made()) && up.code === null) await pause(100);
      up.child.kill('SIGINT');
      await up.closed;
      expect([up.code, up.said]).toEqual([130, expect.any(String)]);
      expect(await made()).toBe(false);
    });
  }, 120_000);
});

describe('a context of somebody’s kubeconfig, with the rights of manifests/rbac.yaml alone', () => {
  let theirs: CliRuns;
  let registry: TestRegistry;
  let played: { one: PlayedCell; two: PlayedCell };
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
    registry = await startRegistry(lab.name, lab.name);
    // There is room for one variant of each.
    const more = (name: string) => [...context, '--yes', '--no-side-by-side', '--name', name];
    const [one, two] = await Promise.all([
      playCell(theirs, 'one', 'liveness', inPlaceOf(liveness.cells), [...more('one'), '--image-registry', registry.name]),
      playCell(theirs, 'two', 'liveness-health', inPlaceOf(livenessHealth.cells), more('two')),
    ]);
    played = { one, two };
  }, 400_000);
  afterAll(async () => {
    delete process.env.KUBECONFIG;
    await registry?.remove();
    theirs.remove();
  });

  test('two labs are in one cluster at once, and neither disturbs the other: both passed', () => {
    expectVerdict(played.one);
    expectVerdict(played.two);
    const [one, two] = [played.one, played.two].map(({ ended }) => ended.journal as Journal) as [Journal, Journal];
    expect(one.startedAt < two.endedAt && two.startedAt < one.endedAt).toBe(true);
  });

  test('nothing is left, outside of the lab’s namespaces neither', async () => {
    expect(await lab.namespacesOfRuns()).toBe('');
    await lab.untilRightsAreGone();
  }, 60_000);

  test('loads come from a Pod', () => {
    for (const { ended } of Object.values(played))
      for (const { loads } of ended.journal?.variants ?? [])
        expect(loads).toMatchObject([{ settings: { sentFrom: 'Pod shoplab-loader' } }]);
  });

  test('whatever ran, the lab’s own Pods among it, came from the registry that was named', () => {
    // The kubelet tells each image that it pulled, or had.
    const told = (played.one.ended.journal?.variants ?? []).flatMap(({ events }) => events.filter(({ reason }) => reason === 'Pulled'));
    for (const pod of ['shoplab-switch', 'shoplab-asker', 'shoplab-loader', 'kafka', 'postgres', 'product'])
      expect(told.map(({ object }) => object)).toContainEqual(expect.stringMatching(`^Pod/${pod}`));
    expect(told.map(({ message }) => message).filter((message) => !message.includes(`image "${registry.name}/`))).toEqual([]);
  });

  test('what releases versions is refused without a registry', async () => {
    expect((await theirs.shoplab('run', 'deploy', ...context, '--yes')).err).toMatch(
      /deploy releases versions.*a registry\n.*--image-registry/s,
    );
  });

  test('without consent, and to kube-system, nothing is done', async () => {
    const system = join(theirs.folder, 'kube-system');
    mkdirSync(system);
    writeFileSync(join(system, 'kustomization.yaml'), 'resources: [it.yaml]\n');
    writeFileSync(join(system, 'it.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: it, namespace: kube-system}\ndata: {}\n');
    const namespaces = () => lab.kubectl('get', 'namespaces', '--output', 'name');
    const before = await namespaces();
    const up = (...words: string[]) => theirs.shoplab('up', '-k', system, '--name', 'one', ...context, ...words);
    expect(await up()).toMatchObject({ code: 2, err: expect.stringContaining('is a cluster that shoplab did not create') });
    expect(await up('--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('is for namespace kube-system: a lab changes no namespace but its own'),
    });
    expect(await namespaces()).toBe(before);
  }, 120_000);

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

test.each(playsIn('lab with the shop'))(
  '%s',
  async (_title, name, experiment, cell) => {
    expectVerdict(await playCell(lab.runs, name, experiment, cell, lab.words));
    expect(await lab.namespacesOfRuns()).toBe('');
  },
  300_000,
);

describe('a run', () => {
  const report = join(folder, 'report');
  const journal = (experiment: string): Journal => JSON.parse(readFileSync(join(report, `${experiment}.json`), 'utf8'));
  /** The first of its namespaces. */
  const namespaceOf = async (experiment: string): Promise<string> =>
    (await lab.namespacesOfRuns(experiment)).split('\n')[0]?.replace('namespace/', '') ?? '';
  const play = together(2);

  play('that no node has the memory for: errored, with what the scheduler says', async () => {
    const ended = await lab.runs.run('no-memory', 'liveness-health', '--manifests', withoutMemory(lab.runs), ...lab.words);
    expect(verdictOf(ended)).toMatch(/^1 errored: .*Pod product-\S+ is not scheduled: 0\/1 nodes are available: 1 Insufficient memory/);
    expect(await lab.namespacesOfRuns('liveness-health')).toBe('');
  });

  play('that is killed by SIGKILL: what it broke is undone within 45 s, by nobody’s help', async () => {
    const run = lab.run('liveness', '--report-dir', report);
    await run.saying('control: fault hung is in');
    const namespace = await namespaceOf('liveness');
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
    for (const untilMs = Date.now() + 45_000; (await lab.namespacesOfRuns('liveness')) !== '' && Date.now() < untilMs; ) await pause(500);
    expect(await lab.namespacesOfRuns('liveness')).toBe('');
    await lab.untilRightsAreGone('liveness');
  });

  play('without the Pod that would undo everything: errored, and nothing is left', async () => {
    const run = lab.run('liveness', '--no-side-by-side', '--report-dir', report);
    await run.saying('control: fault hung is in');
    const namespace = await namespaceOf('liveness');
    await lab.kubectl('--namespace', namespace, 'delete', 'pod', 'shoplab-switch', '--wait=false');
    await run.closed;
    expect(run.code).toBe(1);
    expect(journal('liveness')).toMatchObject({ outcome: 'errored', reason: expect.stringMatching(/Pod shoplab-switch.* was deleted/) });
    expect(await lab.namespacesOfRuns('liveness')).toBe('');
  });

  play('whose switch is there and may do nothing any more: errored, and nothing is left', async () => {
    const run = lab.run('readiness', '--report-dir', report);
    await run.saying('control: method');
    const namespace = await namespaceOf('readiness');
    await lab.kubectl('--namespace', namespace, 'delete', 'rolebinding', 'shoplab-switch');
    await run.closed;
    expect(run.code).toBe(1);
    expect(journal('readiness')).toMatchObject({
      outcome: 'errored',
      reason: expect.stringMatching(/Pod shoplab-switch.* is not Ready any more/),
    });
    expect(await lab.namespacesOfRuns('readiness')).toBe('');
  });

  describe('while the API server is away', () => {
    test('errored with exit code 5, and what it broke is undone when that is back', async () => {
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
    }, 300_000);
  });
});

test('down deletes it', async () => {
  const { exitCode, stdout } = await lab.shoplab(['down']);
  expect([exitCode, stdout]).toEqual([0, `deleted kind cluster ${lab.name}`]);
  expect(await clusters()).not.toContain(lab.name);
}, 120_000);
