import { join } from 'node:path';
import { CliRuns, checkOf, edit, verdictOf } from './testing/cli-runs.ts';

const runs = new CliRuns();
afterAll(() => runs.remove());

// So few orders do not suffice for a rate; lost and doubled ones are told of all the same.
const few = ['--rate', '30', '--duration', '12s'];

const treatment = 'overlays/async-decoupling/treatment/kustomization.yaml';
/** One more setting for all services of the treatment. */
const setting = (name: string, value: string) => (folder: string) =>
  edit(join(folder, treatment), 'COUPLING: async', `COUPLING: async\n        ${name}: "${value}"`);

describe('the verdict of async-decoupling', () => {
  it('is failed, naming the doubled orders, where the consumer does not recognize what it has taken', async () => {
    const manifests = runs.sabotaged('no-deduplication', setting('DEDUPLICATION', 'off'));
    const ended = await runs.run('no-deduplication', 'async-decoupling', ...few, '--manifests', manifests);
    const { out } = ended;
    expect(verdictOf(ended)).toMatch(/^4 failed: /);
    const once = checkOf(ended, 'treatment', 'exactly-once');
    expect(once).toMatchObject({ result: 'false', verdict: 'fail' });
    expect(once.findings?.[0]).toMatch(/^order [0-9a-f-]{36} has \d+ deliveries$/);
    expect(out).toMatch(/order [0-9a-f-]{36} has \d+ deliveries/);
  }, 240_000);

  it('is failed, naming the lost orders, where the relay drops one event in a hundred', async () => {
    const manifests = runs.sabotaged('relay-drops', setting('RELAY_DROP_EVERY', '100'));
    const ended = await runs.run('relay-drops', 'async-decoupling', ...few, '--manifests', manifests);
    const { out } = ended;
    expect(verdictOf(ended)).toMatch(/^4 failed: /);
    const once = checkOf(ended, 'treatment', 'exactly-once');
    expect(once).toMatchObject({ result: 'false', verdict: 'fail' });
    expect(once.findings?.[0]).toMatch(/^order [0-9a-f-]{36} has no delivery$/);
    expect(out).toMatch(/order [0-9a-f-]{36} has no delivery/);
  }, 240_000);
});
