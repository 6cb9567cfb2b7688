import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipelineRunner } from '../../cli/ci/pipeline-runner.ts';
import { buildKustomization } from '../../cluster/kustomize/build.ts';
import type { Cluster } from '../../cluster/platform.ts';
import { local } from '../../cluster/platforms/local/local.ts';
import type { Journal } from '../engine/journal.ts';
import { runExperiment } from '../engine/runner.ts';
import { experiment } from './deploy.ts';

const own = fileURLToPath(new URL('../../manifests', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'deploy-test-'));
let cluster: Cluster;
beforeAll(async () => {
  process.env.XDG_STATE_HOME = join(folder, 'xdg');
  cluster = await local.up({ name: 'deploy-test', life: 'owner' });
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(manifests: string): Promise<Journal> {
  return runExperiment(experiment, {
    kubeconfig: cluster.kubeconfig,
    platform: 'local',
    manifests,
    buildOverlay: buildKustomization,
    runPipeline: pipelineRunner(cluster, manifests),
    stateDir: cluster.stateDir,
    seed: 1,
    command: 'shoplab run deploy',
    version: '0.0.0',
    overrides: {},
    signal: new AbortController().signal,
    observers: [],
  });
}
const stages = ({ variants }: Journal): Record<string, unknown> =>
  Object.fromEntries(
    (variants.find(({ name }) => name === 'treatment')?.checks ?? [])
      .filter(({ id }) => id.startsWith('stopped-'))
      .map(({ id, observed }) => [id.slice('stopped-'.length), observed.value]),
  );

test('four broken versions are stopped at four places, a good one goes out, and without the gate users meet a broken one', async () => {
  const journal = await run(own);
  expect({ outcome: journal.outcome, reason: journal.reason }).toMatchObject({ outcome: 'passed' });
  expect(stages(journal)).toEqual({
    'unit-test': 'unit tests',
    crash: 'candidate',
    'wrong-answer': 'smoke test',
    'never-ready': 'rollout',
  });
});

test('a gate that lets everything through behind the lab’s back does not pass', async () => {
  const manifests = join(folder, 'manifests');
  cpSync(own, manifests, { recursive: true });
  const file = join(manifests, 'buildspec.yml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"$GATE" = on', '"$GATE" = never'));
  const journal = await run(manifests);
  expect({ outcome: journal.outcome, reason: journal.reason }).toMatchObject({ outcome: 'failed' });
});
