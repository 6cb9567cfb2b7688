import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../dist/cli/bin.js', import.meta.url));
const labs = join(process.env.XDG_STATE_HOME ?? '', 'shoplab');
const scratch = mkdtempSync(join(tmpdir(), 'shoplab-interrupted-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Runs the experiment and sends the signal as soon as the story says `at`. */
async function interrupt(signal: NodeJS.Signals, at: string, ...words: string[]) {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = process.env;
  const child = spawn(process.execPath, [bin, 'run', 'async-decoupling', '--report-dir', scratch, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  let [out, err, sent] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
    if (sent || !err.includes(at)) return;
    sent = true;
    child.kill(signal);
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

const clusters = (): string[] => (existsSync(labs) ? readdirSync(labs) : []).filter((name) => /^shoplab-\d+$/.test(name));

test('Ctrl-C while a fault is in undoes it, tells what was seen, and exits with 130 and nothing left', async () => {
  const { code, out, err } = await interrupt('SIGINT', 'is in: Deployment delivery', '--json');
  expect(err).toContain('SIGINT: stopping and undoing');
  expect(err).toContain('fault scale-to-zero is undone');
  expect(JSON.parse(out)).toMatchObject({ interrupted: 'SIGINT', undoFailures: [] });
  expect(JSON.parse(readFileSync(join(scratch, 'async-decoupling.json'), 'utf8'))).toEqual(JSON.parse(out));
  expect(code).toBe(130);
  expect(clusters()).toEqual([]);
}, 240_000);

test('SIGTERM before there is anything to tell exits with 130 and nothing left', async () => {
  const { code, out, err } = await interrupt('SIGTERM', 'async-decoupling: ', '--seed', '1');
  expect(err).toContain('SIGTERM: stopping and undoing');
  expect(out === '' ? err : out).toContain('nterrupted by SIGTERM');
  expect(code).toBe(130);
  expect(clusters()).toEqual([]);
}, 240_000);
