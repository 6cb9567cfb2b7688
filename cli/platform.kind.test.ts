import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { withEmptyFolder } from '../cluster/platforms/kind/testing/kind-test-lab.ts';
import type { Journal } from '../experiments/engine/journal.ts';
import type { CliRuns } from './testing/cli-runs.ts';
import { KindLab } from './testing/kind-lab.ts';
import { Program } from './testing/program.ts';
import { type PlayedCell, playCell } from './testing/verdicts/cell.ts';
import { expectVerdict } from './testing/verdicts/expect-verdict.ts';
import { playsOf } from './testing/verdicts/kind-plays.ts';

/** Genuine Kubernetes, made by our own command, as a user has it. */
const lab = new KindLab();
const folder = mkdtempSync(join(tmpdir(), 'kind-'));
const kindCalls = join(folder, 'kind-calls');
/** That of the lab's images which is loaded soonest. */
const smallImage = 'ghcr.io/shopify/toxiproxy:2.12.0';
/** Pods with what makes them others: their ids, and how often they were restarted. */
const podsAsTheyRun = 'jsonpath={range .items[*]}{.metadata.name} {.metadata.uid} {.status.containerStatuses[*].restartCount}{"\\n"}{end}';
/** What `kind` was asked since it was asked last, in a line each. */
const calls = (): string => {
  const said = readFileSync(kindCalls, 'utf8');
  writeFileSync(kindCalls, '');
  return said;
};
const clusters = async (): Promise<string[]> => (await execa('kind', ['get', 'clusters'])).stdout.split('\n');

let first: Awaited<ReturnType<typeof lab.up>>;
beforeAll(async () => {
  // A kind before the true one, which writes down what it is asked.
  const { stdout: kind } = await execa('sh', ['-c', 'command -v kind']);
  writeFileSync(join(folder, 'kind'), `#!/bin/sh\necho "$*" >> '${kindCalls}'\nexec '${kind}' "$@"\n`);
  chmodSync(join(folder, 'kind'), 0o755);
  writeFileSync(kindCalls, '');
  process.env.PATH = `${folder}${delimiter}${process.env.PATH}`;
  // Nodes are given of these what the engine has.
  await execa('docker', ['image', 'inspect', smallImage]).catch(() => execa('docker', ['pull', smallImage]));
  first = await lab.up('the shop');
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
    expect(calls()).toMatch(/^create cluster --name kind-tests .*\n(.*\n)*load docker-image shoplab\/order/m);
    expect((await lab.up('the shop')).started).toBe(false);
    expect(calls()).not.toMatch(/^(create|load)/m);
  });

  test('an image that the node does not have any more is loaded again, and no other', async () => {
    await execa('docker', ['exec', `${lab.name}-control-plane`, 'ctr', '--namespace', 'k8s.io', 'images', 'rm', '--sync', smallImage]);
    calls();
    await lab.up('the shop');
    expect(calls()).toMatch(new RegExp(`^load docker-image ${smallImage} --name \\S+$`, 'm'));
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
  let context: string[];
  let played: PlayedCell;
  let before: string;
  const ourPods = (): Promise<string> => lab.kubectl('--namespace', 'shop', 'get', 'pods', '--output', podsAsTheyRun);
  beforeAll(async () => {
    ({ theirs, words: context } = await lab.withLeastRights());
    before = await ourPods();
    const [[, , experiment, cell] = []] = playsOf('liveness', 'sabotaged');
    if (!experiment || !cell) throw new Error('there is nothing to be played');
    played = await playCell(theirs, 'theirs', experiment, cell, [...context, '--name', 'one']);
  }, 400_000);
  afterAll(() => theirs?.remove());
  const journalOf = ({ ended }: PlayedCell): Journal => ended.journal as Journal;

  test('liveness, sabotaged: its verdict', () => {
    expectVerdict(played);
    expect(journalOf(played).platform.name).toBe('context');
  });

  test('our lab, which is up in the same cluster with the shop, is as it was', async () => {
    expect(before.split('\n').length).toBeGreaterThanOrEqual(5);
    expect(await ourPods()).toBe(before);
  });

  test('nothing is left, outside of the lab’s namespaces neither', async () => {
    expect(await lab.namespacesOfRuns()).toBe('');
    await lab.untilRightsAreGone();
  }, 60_000);

  test('loads come from a Pod', () => {
    for (const { loads } of journalOf(played).variants) expect(loads).toMatchObject([{ settings: { sentFrom: 'Pod shoplab-loader' } }]);
  });

  test('what releases versions is refused without a registry', async () => {
    expect((await theirs.shoplab('run', 'deploy', ...context)).err).toMatch(/deploy releases versions.*a registry\n.*--image-registry/s);
  });

  test('without consent, and to kube-system, nothing is done', async () => {
    const system = join(theirs.folder, 'kube-system');
    mkdirSync(system);
    writeFileSync(join(system, 'kustomization.yaml'), 'resources: [it.yaml]\n');
    writeFileSync(join(system, 'it.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: it, namespace: kube-system}\ndata: {}\n');
    const namespaces = () => lab.kubectl('get', 'namespaces', '--output', 'name');
    const before = await namespaces();
    const up = (...words: string[]) => theirs.shoplab('up', '-k', system, '--name', 'one', ...words);
    expect(await up('--context', 'least-rights')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is a cluster that shoplab did not create'),
    });
    expect(await up(...context)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is for namespace kube-system: a lab changes no namespace but its own'),
    });
    expect(await namespaces()).toBe(before);
  }, 120_000);

  test('doctor says that the rights suffice, and which one is missing', async () => {
    const { code, out } = await theirs.shoplab('doctor', '--context', 'least-rights');
    expect([code, out]).toEqual([0, expect.stringContaining('all that a lab asks for')]);
    const without = JSON.parse(await lab.kubectl('get', 'clusterrole', 'shoplab', '--output', 'json'));
    without.rules = without.rules.filter(({ apiGroups }: { apiGroups: string[] }) => apiGroups[0] !== 'coordination.k8s.io');
    await lab.kubectl('patch', 'clusterrole', 'shoplab', '--type', 'merge', '--patch', JSON.stringify({ rules: without.rules }));
    const less = await theirs.shoplab('doctor', '--context', 'least-rights');
    expect(less.code).toBe(5);
    expect(less.out).toContain(
      'you may not: get leases.coordination.k8s.io; create leases.coordination.k8s.io; patch leases.coordination.k8s.io',
    );
  });
});
