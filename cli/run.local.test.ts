import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Check, Journal } from '../experiments/engine/journal.ts';
import { journalShape } from '../experiments/engine/journal-schema.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'shoplab-run-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A copy of the manifests, with something done to it behind the lab's back. */
function sabotaged(name: string, edit: (folder: string) => void): string {
  const folder = join(scratch, name);
  cpSync(join(root, 'manifests'), folder, { recursive: true });
  edit(folder);
  return folder;
}

const treatment = 'overlays/async-decoupling/treatment/kustomization.yaml';
/** One more setting for all services of the treatment. */
const setting = (name: string, value: string) => (folder: string) => {
  const file = join(folder, treatment);
  const text = readFileSync(file, 'utf8');
  const changed = text.replace('COUPLING: async', `COUPLING: async\n        ${name}: "${value}"`);
  if (changed === text) throw new Error(`${file} has no COUPLING to put ${name} beside`);
  writeFileSync(file, changed);
};

interface Ended {
  code: number | null;
  out: string;
  err: string;
  journal: Journal | undefined;
}

/** Runs the built CLI as a user does, with few words and much patience. */
async function run(name: string, ...words: string[]): Promise<Ended> {
  const report = join(scratch, `report-${name}`);
  const { FORCE_COLOR: _colour, NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, 'dist/cli/bin.js'), 'run', 'async-decoupling', '--report-dir', report, ...words], {
    cwd: scratch,
    env,
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  const file = join(report, 'async-decoupling.json');
  return { code, out, err, journal: existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Journal) : undefined };
}

/** The journals of a folder, told again by `shoplab report`, give the files that the run wrote, byte for byte. */
function retold(report: string): void {
  const again = join(scratch, `${report}-again`);
  execFileSync(process.execPath, [join(root, 'dist/cli/bin.js'), 'report', join(scratch, report), '--report-dir', again]);
  expect(readdirSync(again).sort()).toEqual(readdirSync(join(scratch, report)).sort());
  for (const name of readdirSync(again))
    expect(readFileSync(join(again, name)).equals(readFileSync(join(scratch, report, name)))).toBe(true);
}

/** The shape with no room for what it does not name. */
const closed = (shape: z.ZodType): z.ZodType => z.fromJSONSchema(JSON.parse(JSON.stringify(z.toJSONSchema(shape, { io: 'output' }))));

function checkOf(journal: Journal | undefined, variant: 'control' | 'treatment', id: string): Check {
  const found = journal?.variants.find(({ name }) => name === variant)?.checks.find((check) => check.id === id);
  if (!found) throw new Error(`the journal has no check ${id} of ${variant}: ${journal?.outcome}: ${journal?.reason}`);
  return found;
}

// Enough orders in a shorter outage: 423 while delivery is down, 381 are needed.
const brisk = ['--rate', '60', '--duration', '10s'];

describe('the verdict of async-decoupling', () => {
  it('is passed where the mechanism is in place: control fails as predicted, treatment holds, nothing is left', async () => {
    const { code, out, journal } = await run('passed', ...brisk);
    expect(`${code} ${journal?.outcome}: ${journal?.reason}`).toMatch(/^0 passed: /);
    expect(checkOf(journal, 'control', 'availability')).toMatchObject({ result: 'false', expected: 'false', verdict: 'pass' });
    const availability = checkOf(journal, 'treatment', 'availability');
    expect(availability).toMatchObject({ result: 'true', verdict: 'pass' });
    expect(availability.sample?.trials).toBeGreaterThan(381);
    expect(checkOf(journal, 'treatment', 'exactly-once').verdict).toBe('pass');
    expect(checkOf(journal, 'treatment', 'killed-amid-backlog').verdict).toBe('pass');
    expect(out).toContain('async-decoupling.html');
    expect(readdirSync(join(scratch, 'report-passed')).sort()).toEqual(
      expect.arrayContaining([
        'async-decoupling.html',
        'async-decoupling.json',
        'async-decoupling.md',
        'async-decoupling.xml',
        'index.html',
      ]),
    );
    retold('report-passed');
    const published = z.fromJSONSchema(JSON.parse(readFileSync(join(root, 'dist/journal.schema.json'), 'utf8')));
    expect(published.safeParse(journal).error?.issues ?? []).toEqual([]);
    // Nothing that the contract does not name either.
    expect(closed(journalShape).safeParse(journal).error?.issues ?? []).toEqual([]);
    const labs = join(process.env.XDG_STATE_HOME ?? '', 'shoplab');
    expect((existsSync(labs) ? readdirSync(labs) : []).filter((name) => name.startsWith('shoplab-'))).toEqual([]);
  }, 240_000);

  it('is failed, naming the doubled orders, where the consumer does not recognize what it has taken', async () => {
    const manifests = sabotaged('no-deduplication', setting('DEDUPLICATION', 'off'));
    const { code, journal, out } = await run('no-deduplication', ...brisk, '--manifests', manifests);
    expect(`${code} ${journal?.outcome}: ${journal?.reason}`).toMatch(/^4 failed: /);
    const once = checkOf(journal, 'treatment', 'exactly-once');
    expect(once).toMatchObject({ result: 'false', verdict: 'fail' });
    expect(once.findings?.[0]).toMatch(/^order [0-9a-f-]{36} has \d+ deliveries$/);
    expect(out).toMatch(/order [0-9a-f-]{36} has \d+ deliveries/);
  }, 240_000);

  it('is failed, naming the lost orders, where the relay drops one event in a hundred', async () => {
    const manifests = sabotaged('relay-drops', setting('RELAY_DROP_EVERY', '100'));
    const { code, journal, out } = await run('relay-drops', ...brisk, '--manifests', manifests);
    expect(`${code} ${journal?.outcome}: ${journal?.reason}`).toMatch(/^4 failed: /);
    const once = checkOf(journal, 'treatment', 'exactly-once');
    expect(once).toMatchObject({ result: 'false', verdict: 'fail' });
    expect(once.findings?.[0]).toMatch(/^order [0-9a-f-]{36} has no delivery$/);
    expect(out).toMatch(/order [0-9a-f-]{36} has no delivery/);
  }, 240_000);

  it('is inconclusive where the fault does nothing', async () => {
    const manifests = sabotaged('second-delivery', (folder) => {
      const base = readFileSync(join(folder, 'base/delivery.yaml'), 'utf8').split(/^---$/m);
      // Another Deployment behind the same Service: taking the first away takes nothing away.
      const second = (base.find((part) => part.includes('kind: Deployment')) ?? '').replace('name: delivery', 'name: delivery-too');
      writeFileSync(join(folder, 'base/delivery.yaml'), [...base, second].join('---'));
    });
    const { code, journal } = await run('no-effect', ...brisk, '--manifests', manifests);
    expect(`${code} ${journal?.outcome}: ${journal?.reason}`).toMatch(/^3 inconclusive: /);
    expect(checkOf(journal, 'control', 'bit-delivery-down').verdict).toBe('inconclusive');
  }, 240_000);

  it('is inconclusive where the load is too short, and says how many requests it takes', async () => {
    const { code, journal } = await run('too-short', '--rate', '10', '--duration', '8s');
    expect(`${code} ${journal?.outcome}: ${journal?.reason}`).toMatch(/^3 inconclusive: .*381/);
    expect(checkOf(journal, 'treatment', 'availability')).toMatchObject({
      result: 'unknown',
      verdict: 'inconclusive',
      sample: { required: 381 },
    });
  }, 240_000);

  it('is errored, with the last lines of the Pod, where a service does not start', async () => {
    const manifests = sabotaged('no-start', (folder) => {
      const file = join(folder, 'base/order.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace('value: "8081"', 'value: "eighty"'));
    });
    const { code, journal, out } = await run('no-start', '--manifests', manifests);
    expect(`${code} ${journal?.outcome}: ${journal?.reason}`).toMatch(/^1 errored: .*Deployment order is not available/);
    expect(journal?.variants[0]?.error?.logs?.join('\n')).toContain('PORT');
    expect(out).toContain('the environment does not suffice');
  }, 240_000);
});
