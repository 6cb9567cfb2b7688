import { join } from 'node:path';
import { CliRuns, checkOf, edit, verdictOf } from '../../cli/testing/cli-runs.ts';

const runs = new CliRuns();
afterAll(() => runs.remove());

describe('the verdict of liveness-health', () => {
  it('is passed where a liveness probe asks for the health that fails', async () => {
    const ended = await runs.run('passed', 'liveness-health');
    expect(verdictOf(ended)).toMatch(/^0 passed: /);
    expect(checkOf(ended, 'control', 'restarted')).toMatchObject({ result: 'false', verdict: 'pass' });
    for (const id of ['restarted', 'detection', 'restart', 'all-answer'])
      expect(checkOf(ended, 'treatment', id)).toMatchObject({ result: 'true', verdict: 'pass' });
    expect(runs.labs()).toEqual([]);
  }, 240_000);

  it('is failed where the probe asks for something that goes on answering', async () => {
    const manifests = runs.sabotaged('other-path', (folder) =>
      edit(
        join(folder, 'base/product.yaml'),
        'livenessProbe:\n            httpGet:\n              path: /health/live\n',
        'livenessProbe:\n            httpGet:\n              path: /metrics\n',
      ),
    );
    const ended = await runs.run('other-path', 'liveness-health', '--manifests', manifests);
    expect(verdictOf(ended)).toMatch(/^4 failed: /);
    expect(checkOf(ended, 'treatment', 'restarted')).toMatchObject({ result: 'false', verdict: 'fail' });
  }, 240_000);

  it('is inconclusive where health cannot be made to fail', async () => {
    const overlay = 'overlays/liveness/treatment/kustomization.yaml';
    const manifests = runs.sabotaged('no-chaos', (folder) => edit(join(folder, overlay), 'SHOPLAB_CHAOS: "1"', 'SHOPLAB_CHAOS: "0"'));
    const ended = await runs.run('no-chaos', 'liveness-health', '--manifests', manifests);
    expect(verdictOf(ended)).toMatch(/^3 inconclusive: In the control the fault did not bite: there is no Pod of product whose chaos port/);
  }, 240_000);
});
