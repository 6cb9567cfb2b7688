import { join } from 'node:path';
import { CliRuns, checkOf, edit, verdictOf } from '../../cli/testing/cli-runs.ts';

const runs = new CliRuns();
afterAll(() => runs.remove());

// Autoscalers that look more often, so that all phases may be shorter.
const brisk = ['--duration', '30s', '--hpa-sync-period', '3s'];

describe('the verdict of hpa', () => {
  it('is passed where an autoscaler scales order: each step within what the periods imply', async () => {
    const ended = await runs.run('passed', 'hpa', ...brisk);
    expect(verdictOf(ended)).toMatch(/^0 passed: /);
    for (const variant of ['control', 'treatment'] as const) expect(checkOf(ended, variant, 'load-bit').verdict).toBe('pass');
    expect(checkOf(ended, 'control', 'latency')).toMatchObject({ result: 'false', verdict: 'pass' });
    expect(checkOf(ended, 'control', 'scaled').observed.text).toBe('1');
    expect(checkOf(ended, 'treatment', 'latency')).toMatchObject({ result: 'true', verdict: 'pass' });
    expect(checkOf(ended, 'treatment', 'scaled').observed.text).toMatch(/^1 → (2 → )?3 → (2 → )?1$/);
    const treatment = ended.journal?.variants.find(({ name }) => name === 'treatment');
    expect(treatment?.windows?.map(({ id }) => id)).toEqual(['decision', 'ready', 'recovery', 'scale-down']);
    for (const { observedMs, impliedMs } of treatment?.windows ?? []) expect(observedMs).toBeLessThanOrEqual(impliedMs.high + 500);
    expect(runs.labs()).toEqual([]);
  }, 300_000);

  it('is failed where the autoscaler may have no more than one Pod', async () => {
    const overlay = 'overlays/hpa/treatment/kustomization.yaml';
    const manifests = runs.sabotaged('one-pod', (folder) =>
      edit(join(folder, overlay), 'spec:\n        metrics:', 'spec:\n        maxReplicas: 1\n        metrics:'),
    );
    const ended = await runs.run('one-pod', 'hpa', ...brisk, '--manifests', manifests);
    expect(verdictOf(ended)).toMatch(/^4 failed: /);
    expect(checkOf(ended, 'treatment', 'scaled')).toMatchObject({ result: 'false', verdict: 'fail' });
  }, 300_000);

  it('is inconclusive where the load is not too much for one Pod', async () => {
    const ended = await runs.run('little-load', 'hpa', ...brisk, '--rate', '5');
    expect(verdictOf(ended)).toMatch(/^3 inconclusive: In the control the fault did not bite: a Pod of order used \d+m of CPU/);
  }, 300_000);
});
