import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKustomization } from '../../cluster/kustomize/build.ts';
import type { Cluster } from '../../cluster/platform.ts';
import { local } from '../../cluster/platforms/local/local.ts';
import type { Experiment } from '../engine/experiment.ts';
import type { Journal } from '../engine/journal.ts';
import type { RunContext } from '../engine/run.ts';
import { runExperiment } from '../engine/runner.ts';
import { podDelete } from '../faults/pod-delete.ts';
import { experiment } from './async-decoupling.ts';

const minutes = 60_000;
let folder: string;
let cluster: Cluster;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'async-decoupling-'));
  process.env.XDG_STATE_HOME = join(folder, 'xdg');
  cluster = await local.up({ name: 'async-decoupling', life: 'owner' });
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** How late requests leave depends on this machine, and is not what is tested here. */
const unhurried = (change: Partial<Experiment> = {}): Experiment => ({
  ...experiment,
  load: { ...experiment.load, maxLatenessMs: 10_000 },
  ...change,
});

/** `settings` go into the ConfigMap that the services share. */
function run(what: Experiment, settings: Record<string, string> = {}, overrides: RunContext['overrides'] = {}): Promise<Journal> {
  return runExperiment(what, {
    kubeconfig: cluster.kubeconfig,
    platform: 'local',
    manifests: fileURLToPath(new URL('../../manifests', import.meta.url)),
    buildOverlay: async (overlay) =>
      (await buildKustomization(overlay)).map((object) =>
        object.kind === 'ConfigMap' && object.metadata.name === 'shop'
          ? { ...object, data: { ...(object.data as Record<string, string>), ...settings } }
          : object,
      ),
    stateDir: cluster.stateDir,
    seed: 1,
    command: 'shoplab run async-decoupling',
    version: '0.0.0',
    overrides,
    signal: new AbortController().signal,
    observers: [],
  });
}

const check = (journal: Journal, variant: 'control' | 'treatment', id: string) =>
  journal.variants.find(({ name }) => name === variant)?.checks.find((one) => one.id === id);

test(
  'orders survive that delivery is down and is killed amid its backlog, each with one delivery',
  async () => {
    const journal = await run(unhurried());
    expect(journal.reason).toMatch(/^The treatment held: .* the control failed as predicted: /);
    expect(journal.outcome).toBe('passed');
    expect(check(journal, 'control', 'exactly-once')).toMatchObject({ result: 'true', verdict: 'pass' });
    expect(check(journal, 'treatment', 'killed-amid-backlog')).toMatchObject({ verdict: 'pass' });
    const measured = Object.fromEntries(journal.variants[1]?.measurements.map(({ id, value }) => [id, value]) ?? []);
    expect(measured['backlog-peak']).toBeGreaterThan(100);
    expect(measured.convergence).toBeGreaterThan(0);
  },
  4 * minutes,
);

test(
  'a consumer without deduplication fails, and the doubled orders are named',
  async () => {
    const journal = await run(unhurried(), { DEDUPLICATION: 'off' });
    expect(journal.outcome).toBe('failed');
    const found = check(journal, 'treatment', 'exactly-once');
    expect(found?.findings?.length).toBeGreaterThan(0);
    expect(found?.findings?.[0]).toMatch(/^order [0-9a-f-]{36} has [2-9] deliveries$/);
    expect(journal.reason).toMatch(
      /^Every accepted order has exactly one delivery did not hold: .* 0 are lost and \d+ doubled: [0-9a-f-]{36}/,
    );
  },
  4 * minutes,
);

test(
  'a relay that drops one event in a hundred fails, and the lost orders are named',
  async () => {
    // Lost orders are waited for in vain: not as long as usual.
    const method = experiment.method.map((step) => (step.do === 'await' && step.id === 'drained' ? { ...step, timeoutMs: 15_000 } : step));
    const journal = await run(unhurried({ method }), { RELAY_DROP_EVERY: '100' });
    expect(journal.outcome).toBe('failed');
    expect(check(journal, 'treatment', 'exactly-once')?.findings?.[0]).toMatch(/^order [0-9a-f-]{36} has no delivery$/);
    expect(journal.reason).toMatch(/[1-9]\d* are lost and 0 doubled: [0-9a-f-]{36}/);
  },
  5 * minutes,
);

test(
  'too short a load is inconclusive, and says how many requests it takes',
  async () => {
    const journal = await run(unhurried(), {}, { loadMs: 5000 });
    expect(journal.outcome).toBe('inconclusive');
    expect(journal.reason).toMatch(/proves no more than .*; 99 % takes \d+ requests/);
  },
  4 * minutes,
);

test(
  'a fault that does nothing is inconclusive',
  async () => {
    const harmless = podDelete({ id: 'delivery-down', service: 'delivery', labelSelector: 'app=nobody' });
    const method = experiment.method
      .filter(
        (step) =>
          step.do === 'wait' ||
          (step.do === 'undo' && step.fault === 'delivery-down') ||
          (step.do === 'inject' && step.fault.id === 'delivery-down'),
      )
      .map((step) => (step.do === 'inject' ? { ...step, fault: harmless } : step.do === 'wait' ? { ...step, durationMs: 1000 } : step));
    const journal = await run(unhurried({ method }));
    expect(journal.outcome).toBe('inconclusive');
    expect(journal.reason).toContain('the fault did not bite: there is no Pod with app=nobody');
  },
  3 * minutes,
);

test(
  'a service that does not start is errored, with the last lines of its Pod',
  async () => {
    const journal = await run(unhurried(), { COUPLING: 'by pigeon' });
    expect(journal.outcome).toBe('errored');
    expect(journal.reason).toMatch(
      /Deployment order is not available after \d+ s: container order ended with exit code 1 \(Error\), restarted 3 times/,
    );
    expect(journal.variants[0]?.error?.logs?.join('\n')).toContain('COUPLING');
  },
  4 * minutes,
);
