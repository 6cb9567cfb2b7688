import { join } from 'node:path';
import { CliRuns, checkOf, edit, verdictOf } from './testing/cli-runs.ts';

const runs = new CliRuns();
afterAll(() => runs.remove());

test('liveness is passed: a hung Pod stays hung without the probe, and is restarted in time with it', async () => {
  const ended = await runs.run('liveness', 'liveness');
  expect(verdictOf(ended)).toMatch(/^0 passed: /);
  expect(ended.journal?.variants.map(({ windows }) => windows?.length ?? 0)).toEqual([0, 2]);
  expect(checkOf(ended, 'control', 'restarted')).toMatchObject({ result: 'false', verdict: 'pass' });
}, 240_000);

test('liveness is failed where the probe only asks whether the port takes connections: that of a hung Pod does', async () => {
  const manifests = runs.sabotaged('blind-probe', (folder) =>
    edit(
      join(folder, 'base/product.yaml'),
      'livenessProbe:\n            httpGet:\n              path: /health/live\n',
      'livenessProbe:\n            tcpSocket:\n',
    ),
  );
  const ended = await runs.run('blind-probe', 'liveness', '--manifests', manifests);
  expect(verdictOf(ended)).toMatch(/^4 failed: /);
  expect(checkOf(ended, 'treatment', 'restarted')).toMatchObject({ result: 'false', verdict: 'fail' });
}, 240_000);
