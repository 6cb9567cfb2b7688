import { join } from 'node:path';
import { edit, verdictOf } from '../testing/cli-runs.ts';
import { KindLab } from '../testing/kind-lab.ts';
import { inPlaceAnd } from '../testing/verdicts/all-cells.ts';
import { playCell } from '../testing/verdicts/cell.ts';
import { expectVerdict } from '../testing/verdicts/expect-verdict.ts';

/** On genuine Kubernetes the verdicts are those of the local platform. */
const lab = new KindLab();
beforeAll(async () => {
  await lab.up();
  // What lies beside the experiments would only warm the machine.
  await lab.kubectl('delete', 'namespace', 'shop');
}, 600_000);
afterAll(() => lab.remove(), 120_000);

const removed = [
  'the breaker never opens, although time-out and fallback hold',
  'the autoscaler may have no more than one Pod',
  'the probe only asks whether the port takes connections: that of a hung Pod does',
  'there is no preStop',
];
const cells = inPlaceAnd(removed);

test.each(cells.map(({ experiment, cell }, number) => [`${experiment}, ${cell.kind}: ${cell.name}`, number, experiment, cell] as const))(
  '%s',
  async (_title, number, experiment, cell) => {
    const played = await playCell(lab.runs, `${number}`, experiment, cell, lab.words);
    expectVerdict(played);
    const { ended } = played;
    expect(ended.journal?.platform).toMatchObject({ name: 'kind', kubernetes: expect.stringMatching(/^v1\.\d+\.\d+$/) });
    expect(await lab.namespacesOfRuns()).toBe('');
  },
  600_000,
);

test('a Pod that no node has the memory for: errored, with what the scheduler says', async () => {
  const manifests = lab.runs.sabotaged('no-memory', (folder) => edit(join(folder, 'base/product.yaml'), 'memory: 128Mi', 'memory: 4Ti'));
  const ended = await lab.runs.run('no-memory', 'liveness', '--manifests', manifests, ...lab.words);
  expect(verdictOf(ended)).toMatch(/^1 errored: .*Pod product-\S+ is not scheduled: 0\/1 nodes are available: 1 Insufficient memory/);
  expect(await lab.namespacesOfRuns()).toBe('');
}, 300_000);
