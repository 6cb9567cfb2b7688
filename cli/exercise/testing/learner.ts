import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Journal } from '../../../experiments/engine/journal.ts';
import { CliRuns } from '../../testing/cli-runs.ts';
import type { CheckedJson } from '../check-exercise.ts';
import type { FoundExercise } from '../exercises.ts';

const program = fileURLToPath(new URL('../../../dist/cli/bin.js', import.meta.url));

/** What a check came to, with the journal of its last run. */
export interface LearnerCheck {
  code: number | null;
  /** Absent where the answer was refused: `err` says why. */
  result?: CheckedJson;
  err: string;
  journal?: Journal;
}

/** Somebody who plays exercises with the built CLI, in a folder of their own. */
export class Learner {
  readonly runs = new CliRuns();
  readonly folder = join(this.runs.folder, 'shoplab-workshop');

  shoplab(...words: string[]): ReturnType<CliRuns['shoplab']> {
    return this.runs.shoplab(...words);
  }

  /** Puts an answer of the exercise where the learner would have written it: `start`, `solution`, `wrong/…`. */
  answer({ name, folder, answers }: FoundExercise, from: string): void {
    for (const { file } of answers) writeFileSync(join(this.folder, name, file), readFileSync(join(folder, from, file)));
  }

  async check(name: string): Promise<LearnerCheck> {
    const { code, out, err } = await this.shoplab('exercise', 'check', name, '--json');
    if (!out.startsWith('{')) return { code, err };
    const result = JSON.parse(out) as CheckedJson;
    const report = result.report?.replace(/\.html$/, '.json');
    return { code, err, result, ...(report && { journal: JSON.parse(readFileSync(report, 'utf8')) as Journal }) };
  }

  /** Types the commands of a TASK.md in the folder of its exercise, up to the one that checks; any that fails ends it. Answers what was written. */
  async typeCommands(name: string): Promise<{ code: number | null; out: string }> {
    const commands = commandsOf(readFileSync(join(this.folder, name, 'TASK.md'), 'utf8'));
    const shims = join(this.runs.folder, 'bin');
    mkdirSync(shims, { recursive: true });
    const shim = join(shims, 'shoplab');
    writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(shim, 0o755);
    const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', commands], {
      cwd: join(this.folder, name),
      env: { ...process.env, PATH: `${shims}:${process.env.PATH}`, XDG_STATE_HOME: this.runs.state },
    });
    let out = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (out += chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out };
  }
}

/** The commands of a text, without those that only check. */
export const commandsOf = (text: string): string =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
    .map(([, code = '']) => code)
    .filter((code) => !code.startsWith('shoplab exercise check'))
    .join('');
