import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { journalShape } from '../experiments/engine/journal-schema.ts';
import { CliRuns, checkOf, edit, verdictOf } from './testing/cli-runs.ts';
import { retold } from './testing/retold.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const runs = new CliRuns();
afterAll(() => runs.remove());

/** The shape with no room for what it does not name. */
const closed = (shape: z.ZodType): z.ZodType => z.fromJSONSchema(JSON.parse(JSON.stringify(z.toJSONSchema(shape, { io: 'output' }))));

// Enough orders in a shorter outage: 423 while delivery is down, 381 are needed.
const brisk = ['--rate', '60', '--duration', '12s'];

describe('the verdict of async-decoupling', () => {
  it('is passed where the mechanism is in place: control fails as predicted, treatment holds, nothing is left', async () => {
    const ended = await runs.run('passed', 'async-decoupling', ...brisk);
    const { journal, out } = ended;
    expect(verdictOf(ended)).toMatch(/^0 passed: /);
    expect(checkOf(ended, 'control', 'availability')).toMatchObject({ result: 'false', expected: 'false', verdict: 'pass' });
    const availability = checkOf(ended, 'treatment', 'availability');
    expect(availability).toMatchObject({ result: 'true', verdict: 'pass' });
    expect(availability.sample?.trials).toBeGreaterThan(381);
    expect(checkOf(ended, 'treatment', 'exactly-once').verdict).toBe('pass');
    expect(checkOf(ended, 'treatment', 'killed-amid-backlog').verdict).toBe('pass');
    expect(out).toContain('async-decoupling.html');
    expect(readdirSync(runs.reportFolder('passed')).sort()).toEqual(
      expect.arrayContaining([
        ...['async-decoupling.html', 'async-decoupling.json', 'async-decoupling.md', 'async-decoupling.xml'],
        'index.html',
      ]),
    );
    retold(runs.reportFolder('passed'));
    const published = z.fromJSONSchema(JSON.parse(readFileSync(join(root, 'dist/journal.schema.json'), 'utf8')));
    expect(published.safeParse(journal).error?.issues ?? []).toEqual([]);
    // Nothing that the contract does not name either.
    expect(closed(journalShape).safeParse(journal).error?.issues ?? []).toEqual([]);
    expect(runs.labs()).toEqual([]);
  }, 240_000);

  it('is errored, with the last lines of the Pod, where a service does not start', async () => {
    const manifests = runs.sabotaged('no-start', (folder) => edit(join(folder, 'base/order.yaml'), 'value: "8081"', 'value: "eighty"'));
    const ended = await runs.run('no-start', 'async-decoupling', '--manifests', manifests);
    const { journal, out } = ended;
    expect(verdictOf(ended)).toMatch(/^1 errored: .*Deployment order is not available/);
    expect(journal?.variants[0]?.error?.logs?.join('\n')).toContain('PORT');
    expect(out).toContain('the environment does not suffice');
  }, 240_000);
});
