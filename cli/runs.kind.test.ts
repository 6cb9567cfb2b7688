import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { together } from '../.jest/together.ts';
import type { Journal } from '../experiments/engine/journal.ts';
import { type CliRuns, verdictOf } from './testing/cli-runs.ts';
import { KindLab } from './testing/kind-lab.ts';
import { type PlayedCell, playCell } from './testing/verdicts/cell.ts';
import { expectVerdict } from './testing/verdicts/expect-verdict.ts';
import { playsOf, withoutMemory } from './testing/verdicts/kind-plays.ts';

/** On genuine Kubernetes the verdicts are those of the local platform. */
const lab = new KindLab();
beforeAll(async () => {
  await lab.up('nothing');
  // Whoever was before may have left its shop, which takes room.
  await lab.kubectl('delete', 'namespace', 'shop');
}, 600_000);
afterAll(() => lab.runs.remove());

type Play = ReturnType<typeof playsOf>[number];

/** Plays a cell in our lab, and holds it to its verdict. `goOn`: called when it has come to that. */
async function play([title, name, experiment, cell]: Play, goOn: () => void): Promise<void> {
  lab.runs.onVerdict = (run) => run === name && goOn();
  const played = await playCell(lab.runs, name, experiment, cell, lab.words);
  expectVerdict(played, title);
  const { platform } = played.ended.journal as Journal;
  expect(platform).toMatchObject({ name: 'kind', kubernetes: expect.stringMatching(/^v1\.\d+\.\d+$/) });
  await expectGone(played);
}

/** Nothing is left of a run; another may have begun. */
async function expectGone({ ended }: PlayedCell): Promise<void> {
  const there = (await lab.namespacesOfRuns()).split('\n');
  for (const { namespace } of ended.journal?.variants ?? []) expect(there).not.toContain(`namespace/${namespace}`);
}

/** Somebody who has our cluster as a context of theirs, with the rights of manifests/rbac.yaml alone. */
let theirs: CliRuns;
let context: string[];
beforeAll(async () => {
  ({ theirs, words: context } = await lab.withLeastRights());
});
afterAll(() => theirs?.remove());

async function playInTheirs([title, name, experiment, cell]: Play, goOn: () => void): Promise<void> {
  theirs.onVerdict = (run) => run === name && goOn();
  const played = await playCell(theirs, name, experiment, cell, context);
  expectVerdict(played, title);
  await expectGone(played);
}

describe('with the machine to itself, but for the namespaces of the one before, which go', () => {
  const inTurn = together(1, 1_200_000);
  const inOurs = [
    ...playsOf('liveness', 'in place'),
    ...playsOf('hpa', 'in place'),
    ...playsOf('async-decoupling'),
    ...playsOf('circuit-breaker', 'in place'),
    // The page of all platforms has a row of each; else there is no room for what others of the same mechanism show, in twenty minutes.
    ...(process.env.SHOPLAB_KEEP_FIGURES === '1' ? [...playsOf('liveness-health'), ...playsOf('circuit-breaker-errors')] : []),
    ...playsOf('readiness'),
    ...playsOf('deploy'),
  ];
  for (const one of inOurs) inTurn(one[0], (goOn) => play(one, goOn));
  describe('with the rights of manifests/rbac.yaml alone', () => {
    for (const one of [...playsOf('hpa', 'sabotaged'), ...playsOf('circuit-breaker', 'sabotaged')])
      inTurn(one[0], (goOn) => playInTheirs(one, goOn));
  });
  test('no rights are left', () => lab.untilRightsAreGone(), 60_000);
});

describe('beside others that mostly wait, in two labs of one cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kind-runs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const report = join(folder, 'report');
  const journal = (experiment: string): Journal => JSON.parse(readFileSync(join(report, `${experiment}.json`), 'utf8'));
  /** The first of its namespaces. */
  const namespaceOf = async (experiment: string): Promise<string> =>
    (await lab.namespacesOfRuns(experiment)).split('\n')[0]?.replace('namespace/', '') ?? '';
  const lane = together(3);

  lane('that no node has the memory for: errored, with what the scheduler says', async () => {
    const ended = await theirs.run('no-memory', 'readiness', '--manifests', withoutMemory(theirs), ...context);
    expect(verdictOf(ended)).toMatch(/^1 errored: .*Pod product-\S+ is not scheduled: 0\/1 nodes are available: .*1 Insufficient memory/);
    expect(ended.journal?.platform.name).toBe('context');
    expect(await lab.namespacesOfRuns('readiness')).toBe('');
  });

  lane('that is killed by SIGKILL: what it broke is undone within 45 s, by nobody’s help', async () => {
    const run = lab.run('liveness-health', '--report-dir', report);
    await run.saying('control: fault unhealthy is in');
    const namespace = await namespaceOf('liveness-health');
    // Nothing is in it that is less safe.
    const enforced = 'jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}';
    expect(await lab.kubectl('get', 'namespace', namespace, '--output', enforced)).toBe('restricted');
    // Nobody outside asks its Services, so no cloud is asked for load balancers.
    expect(await lab.kubectl('--namespace', namespace, 'get', 'services', '--output', 'jsonpath={.items[*].spec.type}')).toMatch(
      /^ClusterIP( ClusterIP)+$/,
    );
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
    for (const untilMs = Date.now() + 45_000; (await lab.namespacesOfRuns('liveness-health')) !== '' && Date.now() < untilMs; )
      await pause(500);
    expect(await lab.namespacesOfRuns('liveness-health')).toBe('');
    await lab.untilRightsAreGone('liveness-health');
  });

  lane('without the Pod that would undo everything: errored, and nothing is left', async () => {
    const run = lab.run('circuit-breaker', '--report-dir', report);
    await run.saying('control: fault delivery-slow is in');
    const namespace = await namespaceOf('circuit-breaker');
    await lab.kubectl('--namespace', namespace, 'delete', 'pod', 'shoplab-switch', '--wait=false');
    await run.closed;
    expect(run.code).toBe(1);
    // Its Pod is told of when it ends, and when it is gone.
    expect(journal('circuit-breaker')).toMatchObject({
      outcome: 'errored',
      reason: expect.stringMatching(/Pod shoplab-switch.* (was deleted|is not Ready any more)/),
    });
    expect(await lab.namespacesOfRuns('circuit-breaker')).toBe('');
  });

  lane('whose switch is there and may do nothing any more: errored, and nothing is left', async () => {
    // Its control lasts longer than the switch takes to say so.
    const run = lab.run('hpa', '--no-side-by-side', '--report-dir', report);
    await run.saying('control: method');
    const namespace = await namespaceOf('hpa');
    await lab.kubectl('--namespace', namespace, 'delete', 'rolebinding', 'shoplab-switch');
    await run.closed;
    expect(run.code).toBe(1);
    expect(journal('hpa')).toMatchObject({
      outcome: 'errored',
      reason: expect.stringMatching(/Pod shoplab-switch.* is not Ready any more/),
    });
    expect(await lab.namespacesOfRuns('hpa')).toBe('');
  });

  describe('while the API server is away', () => {
    test('errored with exit code 5, and what it broke is undone when that is back', async () => {
      const run = lab.run('liveness-health', '--no-side-by-side', '--report-dir', report);
      await run.saying('control: fault unhealthy is in');
      await execa('docker', ['pause', `${lab.name}-control-plane`]);
      try {
        await run.saying('the API server does not answer for');
      } finally {
        await execa('docker', ['unpause', `${lab.name}-control-plane`]);
      }
      await run.closed;
      expect(journal('liveness-health')).toMatchObject({
        outcome: 'errored',
        reason: expect.stringContaining('the API server does not answer for'),
      });
      expect(run.code).toBe(5);
      expect(await lab.namespacesOfRuns()).toBe('');
    }, 300_000);
  });
});
