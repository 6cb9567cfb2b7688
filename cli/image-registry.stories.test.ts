import type { Journal } from '../experiments/engine/journal.ts';
import type { CliRuns } from './testing/cli-runs.ts';
import { KindLab } from './testing/kind-lab.ts';
import { startRegistry, type TestRegistry } from './testing/registry/registry.ts';
import { playCell } from './testing/verdicts/cell.ts';
import { expectVerdict } from './testing/verdicts/expect-verdict.ts';
import { playsOf } from './testing/verdicts/kind-plays.ts';

/** Genuine Kubernetes, whose kubelet pulls, by a context of somebody's kubeconfig with the rights of manifests/rbac.yaml alone. */
const lab = new KindLab();
let registry: TestRegistry;
let theirs: CliRuns;
let context: string[];
beforeAll(async () => {
  await lab.up('nothing');
  registry = await startRegistry(lab.name, lab.name);
  ({ theirs, words: context } = await lab.withLeastRights());
}, 600_000);
afterAll(async () => {
  lab.runs.remove();
  theirs?.remove();
  await registry?.remove();
});

test.each(playsOf('liveness-health'))(
  '%s, with all images from a registry',
  async (_title, name, experiment, cell) => {
    const played = await playCell(theirs, name, experiment, cell, [...context, '--image-registry', registry.name]);
    expectVerdict(played);
    // Whatever ran came from there, the lab's own Pods among it: the kubelet tells each image that it pulled, or had.
    const { variants } = played.ended.journal as Journal;
    const told = variants.flatMap(({ events }) => events.filter(({ reason }) => reason === 'Pulled'));
    for (const pod of ['shoplab-switch', 'shoplab-asker', 'shoplab-loader', 'kafka', 'postgres', 'product'])
      expect(told.map(({ object }) => object)).toContainEqual(expect.stringMatching(`^Pod/${pod}`));
    expect(told.map(({ message }) => message).filter((message) => !message.includes(`image "${registry.name}/`))).toEqual([]);
    expect(await lab.namespacesOfRuns()).toBe('');
  },
  600_000,
);
