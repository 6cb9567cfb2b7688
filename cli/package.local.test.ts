import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Journal } from '../experiments/engine/journal.ts';

const exec = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'shoplab-package-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const nobody = 65_534;
/** npm's own node program of that version, from the registry; the package `node` links to the same. */
const nodePackage = `node-${process.platform}-${process.arch}@24`;

async function npm(folder: string, ...words: string[]): Promise<string> {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  return (await exec('npm', [...words, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, env })).stdout;
}

function folderIn(name: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  return folder;
}

test('the packed tarball runs elsewhere: on Node 24, as another user, from another folder, with nothing on PATH', async () => {
  chmodSync(scratch, 0o755);
  const [installed, node24, home, cwd] = ['installed', 'node24', 'home', 'cwd'].map(folderIn) as [string, string, string, string];
  await npm(root, 'pack', '--pack-destination', scratch, '--ignore-scripts');
  const tarball = readdirSync(scratch).find((name) => name.endsWith('.tgz')) ?? '';
  await npm(installed, 'install', join(scratch, tarball));
  await npm(node24, 'install', '--no-save', nodePackage);
  const packed = readdirSync(join(installed, 'node_modules/shoplab'), { recursive: true }).map(String);
  expect(packed.filter((name) => /\.(test|cases)\.|\/testing\/|\/fixtures\/|\/bench\/|\/contract\.js|\/test-/.test(name))).toEqual([]);

  const asRoot = process.getuid?.() === 0;
  for (const folder of asRoot ? [home, cwd] : []) chownSync(folder, nobody, nobody);
  const node = join(node24, 'node_modules', nodePackage.replace(/@24$/, ''), 'bin/node');
  const bin = join(installed, 'node_modules/shoplab/dist/cli/bin.js');
  const inherited = Object.fromEntries(['TMPDIR', 'SHOPLAB_TEST_RUN'].map((name) => [name, process.env[name]]));
  const options = { cwd, env: { ...inherited, HOME: home, PATH: '/nowhere' }, ...(asRoot && { uid: nobody, gid: nobody }) };
  // No machine knows this user by name.
  const nameless = asRoot ? { ...options, uid: 54_321, gid: 54_321 } : options;
  const { stdout: version } = await exec(node, [bin, '--version'], nameless);
  expect(version).toContain('node-v24.');
  // So few orders prove nothing, and the exit code says so; what is asked here is whether all of it runs.
  const failed = await exec(node, [bin, 'run', 'async-decoupling', '--rate', '10', '--duration', '6s'], options).catch((error) => error);
  expect(`${failed.code}: ${failed.stderr}`).toMatch(/^3: /);
  const journal = JSON.parse(readFileSync(join(cwd, 'shoplab-report/async-decoupling.json'), 'utf8')) as Journal;
  expect(journal).toMatchObject({ outcome: 'inconclusive', platform: { node: expect.stringMatching(/^v24\./) } });
  expect(journal.variants.map(({ name, error }) => [name, error])).toEqual([
    ['control', null],
    ['treatment', null],
  ]);
}, 300_000);
