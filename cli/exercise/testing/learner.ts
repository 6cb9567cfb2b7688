import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from '../../../experiments/engine/journal.ts';
import { CliRuns } from '../../testing/cli-runs.ts';
import type { CheckedJson } from '../check-exercise.ts';
import type { FoundExercise } from '../exercises.ts';

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

  /** Types the commands of a TASK.md in the folder of its exercise, without the one that checks; any that fails ends it. */
  typeCommands(name: string): ReturnType<CliRuns['bash']> {
    const folder = join(this.folder, name);
    const commands = shellBlocks(readFileSync(join(folder, 'TASK.md'), 'utf8')).filter((one) => !one.startsWith('shoplab exercise check'));
    return this.runs.bash(commands.join(''), folder);
  }
}

/** What a text tells to type, block by block. */
export const shellBlocks = (text: string): string[] => [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code = '']) => code);
