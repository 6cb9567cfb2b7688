import { join } from 'node:path';
import { execa } from 'execa';
import { CliRuns, checkOf, edit, verdictOf } from './testing/cli-runs.ts';

/** What a user types, with Pods that are containers: the verdicts are those of the local platform. */
const runs = new CliRuns();
afterAll(() => runs.remove());

const leftInEngine = async (): Promise<string> =>
  (await execa('docker', ['ps', '--all', '--filter', 'label=shoplab.dev/lab', '--format', '{{.Names}}'])).stdout;

test('async-decoupling passes on real Kafka and PostgreSQL, and leaves nothing in the engine', async () => {
  const ended = await runs.run('docker', 'async-decoupling', '--platform', 'docker', '--seed', '1');
  expect(verdictOf(ended)).toMatch(/^0 passed: /);
  expect(ended.journal).toMatchObject({
    platform: { name: 'docker' },
    command: 'shoplab run async-decoupling --platform docker --seed 1',
  });
  expect(checkOf(ended, 'control', 'availability')).toMatchObject({ result: 'false' });
  expect(checkOf(ended, 'treatment', 'exactly-once')).toMatchObject({ result: 'true' });
  expect(runs.labs()).toEqual([]);
  expect(await leftInEngine()).toBe('');
}, 400_000);

test('it fails where deduplication is switched off behind the lab’s back, as on the local platform', async () => {
  const manifests = runs.sabotaged('doubled', (folder) =>
    edit(join(folder, 'base/configuration.yaml'), 'DEDUPLICATION: "on"', 'DEDUPLICATION: "off"'),
  );
  const ended = await runs.run(
    'doubled',
    'async-decoupling',
    '--platform',
    'docker',
    '--rate',
    '60',
    '--duration',
    '12s',
    '--manifests',
    manifests,
  );
  expect(verdictOf(ended)).toMatch(/^4 failed: .*doubled/);
}, 400_000);
