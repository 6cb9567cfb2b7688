import { join } from 'node:path';
import { CliRuns, checkOf, edit, verdictOf } from '../../cli/testing/cli-runs.ts';

const runs = new CliRuns();
afterAll(() => runs.remove());

describe('the verdict of readiness', () => {
  it('is passed where readiness probe, preStop and graceful stop are in place, and shows what half of that loses', async () => {
    const ended = await runs.run('passed', 'readiness');
    expect(verdictOf(ended)).toMatch(/^0 passed: .*; no-prestop came out as predicted: /);
    expect(checkOf(ended, 'control', 'none-lost')).toMatchObject({ result: 'false', verdict: 'pass' });
    const held = checkOf(ended, 'treatment', 'none-lost');
    expect(held).toMatchObject({ result: 'true', verdict: 'pass' });
    expect(held.sample?.trials).toBeGreaterThanOrEqual(3838);
    expect(checkOf(ended, 'no-prestop', 'none-lost')).toMatchObject({ result: 'false', expected: 'false', verdict: 'pass' });
    expect(runs.labs()).toEqual([]);
  }, 300_000);

  const preStop = `          lifecycle:
            # Requests still come until every proxy has seen that this Pod is leaving.
            preStop:
              sleep:
                seconds: 1
`;
  it.each<[string, string, string]>([
    ['there is no preStop', preStop, ''],
    ['the readiness probe asks whether the Pod lives', 'path: /health/ready', 'path: /health/live'],
  ])(
    'is failed where %s',
    async (name, from, to) => {
      const manifests = runs.sabotaged(name, (folder) => edit(join(folder, 'base/product.yaml'), from, to));
      const ended = await runs.run(name, 'readiness', '--manifests', manifests);
      expect(verdictOf(ended)).toMatch(/^4 failed: /);
      const lost = checkOf(ended, 'treatment', 'none-lost');
      expect(lost).toMatchObject({ result: 'false', verdict: 'fail' });
      expect(lost.findings?.join()).toMatch(/^(reset|refused|status 503): \d+/);
    },
    300_000,
  );

  it('is inconclusive where too few requests come, and says how many it takes', async () => {
    const ended = await runs.run('few', 'readiness', '--rate', '100');
    expect(verdictOf(ended)).toMatch(/^3 inconclusive: .*3,838/);
  }, 300_000);
});
