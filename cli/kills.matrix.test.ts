import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../dist/cli/bin.js', import.meta.url));
const labs = join(process.env.XDG_STATE_HOME ?? '', 'shoplab');
const scratch = mkdtempSync(join(tmpdir(), 'shoplab-kills-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const moments = Number(process.env.SHOPLAB_KILLS ?? 20);
const longestMs = 45_000;
const withinMs = 5000;
const signals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;

/** The same moments for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const seed = Number(process.env.SHOPLAB_KILLS_SEED ?? Date.now() % 1_000_000);
const random = randomOf(seed);

function run(mark: string): ChildProcess {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const words = ['run', 'async-decoupling', '--report-dir', scratch];
  return spawn(process.execPath, [bin, ...words], { env: { ...env, XDG_CURRENT_DESKTOP: mark }, stdio: 'ignore' });
}

/** Processes that carry the mark in their environment: the CLI, its loader, the cluster process and, as it passes XDG_ on, all Pods. */
const marked = (mark: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`XDG_CURRENT_DESKTOP=${mark}`) &&
          !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
        );
      } catch {
        return false; // it has ended
      }
    });

test(`nothing is left ${withinMs / 1000} s after a signal at any moment of a run (SHOPLAB_KILLS_SEED=${seed})`, async () => {
  const told: string[] = [];
  for (let n = 0; n < moments; n += 1) {
    const signal = signals[n % signals.length] as (typeof signals)[number];
    const atMs = Math.round(random() * longestMs);
    const mark = `shoplab-kill-${seed}-${n}`;
    const child = run(mark);
    await pause(atMs);
    child.kill(signal);
    const sent = Date.now();
    const left = () => ({
      processes: marked(mark).length,
      sockets: listening().length - before,
      folder: existsSync(join(labs, `shoplab-${child.pid}`)),
    });
    let now = left();
    while ((now.processes > 0 || now.folder) && Date.now() - sent < withinMs) {
      await pause(50);
      now = left();
    }
    const tookMs = Date.now() - sent;
    told.push(
      `${signal} at ${(atMs / 1000).toFixed(1)} s: ${now.processes} processes, folder ${now.folder ? 'there' : 'gone'} after ${tookMs} ms`,
    );
    process.stderr.write(`${told.at(-1)}\n`);
    if (child.exitCode === null && child.signalCode === null) await Promise.race([once(child, 'exit'), pause(30_000)]);
  }
  expect(told.filter((line) => !/: 0 processes, folder gone/.test(line))).toEqual([]);
  const after = run(`shoplab-kill-${seed}-after`);
  expect(await once(after, 'exit')).toEqual([0, null]);
}, 3_600_000);
