import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LoadOptions } from '../../engine/experiment.ts';
import { keepComplaint } from '../../engine/keep-complaint.ts';
import { LabError } from '../../engine/lab-error.ts';
import { type K6End, type K6Place, k6Words } from './k6-place.ts';
import { findK6 } from './k6-program.ts';
import { k6ScriptFor } from './k6-script.ts';
import { TailedFile } from './tail-file.ts';

/** The k6 on PATH, which sends from this machine. */
export async function openK6Process(options: LoadOptions): Promise<K6Place> {
  if (options.pod) throw new LabError('this k6 sends from this machine, and the load has to come from a Pod');
  const program = await findK6();
  if (!program) throw new LabError('k6 is not on PATH');
  const folder = mkdtempSync(join(tmpdir(), 'shoplab-k6-'));
  const words = {
    script: options.scenario.script ?? join(folder, 'load.js'),
    samples: join(folder, 'samples.json'),
    summary: join(folder, 'summary.json'),
  };
  if (options.scenario.script === undefined) writeFileSync(words.script, k6ScriptFor(options));

  let end: (how: K6End) => void = () => undefined;
  const gone = new Promise<K6End>((resolve) => {
    end = resolve;
  });
  let child: ReturnType<typeof spawn> | undefined;
  let samples: TailedFile | undefined;
  let complaint = (): string => '';
  return {
    version: program.version,
    clockAheadMs: 0,
    gone,
    start(onLine, onUnreadable) {
      // What a script imports lies beside it.
      const place = { cwd: dirname(words.script), env: environment() };
      child = spawn(program.command, k6Words(words, options), { ...place, stdio: ['ignore', 'ignore', 'pipe'] });
      complaint = keepComplaint(child.stderr);
      child.on('error', (error) => end({ code: null, how: error.message }));
      child.on('exit', (code, signal) => end({ code, how: signal ?? `exit code ${code}` }));
      samples = new TailedFile(words.samples, onLine, onUnreadable);
    },
    complaint: () => complaint(),
    interrupt: () => void child?.kill('SIGINT'),
    finish: () => samples?.finish(),
    summary: async () => readFileSync(words.summary, 'utf8'),
    kill() {
      if (child && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      samples?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Without the reader's own K6_ settings, which would make it another load. */
const environment = (): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('K6_')));
