import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Journal } from '../experiments/engine/journal.ts';
import { Program } from './testing/program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'engine-gone-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const shoplab = (...words: string[]): Program => new Program(words, {});
const codeOf = async (program: Program): Promise<number | null> => {
  await program.closed;
  return program.code;
};

/** Folder with programs `up` and `down` for the engine of this machine; whoever sets it lets the test stop the engine for a moment. */
const control = process.env.SHOPLAB_ENGINE_CONTROL;
const where = control ? test : test.skip;

where(
  'an engine that is stopped in the middle of a run: errored with the cause, exit 5; what is left goes when it is back (SHOPLAB_ENGINE_CONTROL)',
  async () => {
    const run = shoplab('run', 'async-decoupling', '--platform', 'docker', '--report-dir', join(scratch, 'report'), '--seed', '1');
    // With a fault in: its undo is of no use on an engine that is gone, and nothing that is left may be taken for one.
    await run.saying('is in: Deployment delivery');
    await execa(join(control ?? '', 'down'));
    try {
      expect(await codeOf(run)).toBe(5);
      const [file = ''] = readdirSync(join(scratch, 'report')).filter((name) => name.endsWith('.json'));
      const journal = JSON.parse(readFileSync(join(scratch, 'report', file), 'utf8')) as Journal;
      expect(journal.outcome).toBe('errored');
      expect(journal.reason).toMatch(/node shoplab is not ready: container runtime is down: /);
      // Whoever begins now is told what to do.
      const up = shoplab('up', '--platform', 'docker');
      expect([await codeOf(up), up.said]).toEqual([5, expect.stringMatching(/no Docker engine answers.*--platform local/s)]);
    } finally {
      // It stays when the test is over: nothing of the test is for it.
      const { SHOPLAB_TEST_RUN: _run, SHOPLAB_TEST_FOLDER: _folder, TMPDIR: _tmp, XDG_STATE_HOME: _state, ...env } = process.env;
      await execa(join(control ?? '', 'up'), { env, extendEnv: false });
    }
    // An engine that took its time may have let the run clear away itself.
    expect(await codeOf(shoplab('down', '--all', '--platform', 'docker'))).toBe(0);
    expect((await execa('docker', ['ps', '--all', '--quiet', '--filter', 'label=shoplab.dev/lab'])).stdout).toBe('');
    expect((await execa('docker', ['network', 'ls', '--quiet', '--filter', 'label=shoplab.dev/lab'])).stdout).toBe('');
  },
  400_000,
);

test('a port of the shop that is taken: exit 5 before anything is started', async () => {
  const taken = createServer().listen(8082, '127.0.0.1');
  await once(taken, 'listening');
  const up = shoplab('up', '--platform', 'docker', '--name', 'taken');
  expect(await codeOf(up)).toBe(5);
  expect(up.said).toContain('8082');
  taken.close();
  expect((await execa('docker', ['ps', '--all', '--quiet', '--filter', 'label=shoplab.dev/lab=taken'])).stdout).toBe('');
});
