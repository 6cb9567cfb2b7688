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

  /**
   * Types the commands of a TASK.md in the folder of its exercise, in one shell, without the one that checks; any that fails ends it. Before the
   * answer is applied it is mended. Answers the blocks that were typed, each with what it printed.
   */
  async typeCommands({
    name,
    folder: source,
    answers,
  }: FoundExercise): Promise<{ code: number | null; err: string; blocks: TypedBlock[] }> {
    const folder = join(this.folder, name);
    const blocks = typedBlocks(readFileSync(join(folder, 'TASK.md'), 'utf8')).filter(
      ({ code }) => !code.startsWith('shoplab exercise check'),
    );
    const mended = answers.map(({ file }) => `cp '${join(source, 'solution', file)}' '${file}'\n`).join('');
    const script = blocks.map(({ code }) => `${code.includes('apply -f') ? mended : ''}${code}echo '${divider}'\n`).join('');
    const { code, out, err } = await this.runs.bash(script, folder);
    const printed = out.split(`${divider}\n`);
    return { code, err, blocks: blocks.map((block, number) => ({ ...block, printed: printed[number] ?? '' })) };
  }

  /** Types them; they have to end well, and to print what the text says. */
  async expectCommands(exercise: FoundExercise): Promise<void> {
    const { code, err, blocks } = await this.typeCommands(exercise);
    // Else its lab would be taken for that of the next.
    if (code !== 0) await this.shoplab('down');
    const wrong = blocks.flatMap((block) => {
      const missing = notPrinted(block);
      return missing === undefined ? [] : [`'${missing}' is not in what was printed:\n${block.printed}`];
    });
    expect({ code, wrong, told: code === 0 ? '' : err }).toEqual({ code: 0, wrong: [], told: '' });
  }
}

const divider = '----- a block of the text ends here -----';

/** Commands of a text, with what it says that they print. */
export interface TextBlock {
  code: string;
  /** Lines; `…` stands for anything, alone in its line for any lines. '' where it says nothing. */
  prints: string;
}
export type TypedBlock = TextBlock & { printed: string };

/** What a text tells to type, block by block. */
export const typedBlocks = (text: string): TextBlock[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```(?:(?:(?!```)[\s\S])*?```text\n([\s\S]*?)```)?/g)].map(([, code = '', prints = '']) => ({
    code,
    prints,
  }));

/** The first line of what a text says that is not there, in this order, in what was printed; undefined where all are. */
export function notPrinted({ prints, printed }: TypedBlock): string | undefined {
  const lines = printed.split('\n');
  for (const said of prints.split('\n').filter((line) => line.trim() !== '' && line.trim() !== '…')) {
    const pattern = new RegExp(`^${said.split('…').map(escaped).join('.*')}$`);
    const at = lines.findIndex((line) => pattern.test(line.trimEnd()));
    if (at < 0) return said;
    lines.splice(0, at + 1);
  }
  return undefined;
}

/** As a part of a pattern; how wide a column is says nothing. */
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ {2,}/g, ' +');
