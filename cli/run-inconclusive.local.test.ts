import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliRuns, checkOf, verdictOf } from './testing/cli-runs.ts';

const runs = new CliRuns();
afterAll(() => runs.remove());

// What is asked here takes few orders.
const few = ['--rate', '30', '--duration', '12s'];

describe('the verdict of async-decoupling', () => {
  it('is inconclusive where the fault does nothing', async () => {
    const manifests = runs.sabotaged('second-delivery', (folder) => {
      const base = readFileSync(join(folder, 'base/delivery.yaml'), 'utf8').split(/^---$/m);
      // Another Deployment behind the same Service: taking the first away takes nothing away.
      const second = (base.find((part) => part.includes('kind: Deployment')) ?? '').replace('name: delivery', 'name: delivery-too');
      writeFileSync(join(folder, 'base/delivery.yaml'), [...base, second].join('---'));
    });
    const ended = await runs.run('no-effect', 'async-decoupling', ...few, '--manifests', manifests);
    expect(verdictOf(ended)).toMatch(/^3 inconclusive: /);
    expect(checkOf(ended, 'control', 'bit-delivery-down').verdict).toBe('inconclusive');
  }, 240_000);

  it('is inconclusive where the load is too short, and says how many requests it takes', async () => {
    const ended = await runs.run('too-short', 'async-decoupling', '--rate', '10', '--duration', '8s');
    expect(verdictOf(ended)).toMatch(/^3 inconclusive: .*381/);
    expect(checkOf(ended, 'treatment', 'availability')).toMatchObject({
      result: 'unknown',
      verdict: 'inconclusive',
      sample: { required: 381 },
    });
  }, 240_000);
});
