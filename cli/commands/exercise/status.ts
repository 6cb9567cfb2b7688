import { BaseCommand } from '../../base-command.ts';
import { workshopFlags } from '../../exercise/workshop-flags.ts';

interface ExerciseStatus {
  name: string;
  state: string;
  checks: number;
  hints: number;
}

export default class ExerciseStatusCommand extends BaseCommand {
  static override summary = 'Show what you have done: exercises, checks, hints.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];
  static override flags = workshopFlags;

  async run(): Promise<ExerciseStatus[]> {
    const { flags } = await this.parse(ExerciseStatusCommand);
    const [{ listExercises }, { Workshop }, { stateOf }, { languageOf }, { wordsOf }, { layOutTable }] = await Promise.all([
      import('../../exercise/exercises.ts'),
      import('../../exercise/progress.ts'),
      import('../../exercise/state-of.ts'),
      import('../../exercise/language.ts'),
      import('../../exercise/words.ts'),
      import('../../../reports/text-table.ts'),
    ]);
    const words = wordsOf(flags.lang ?? languageOf(process.env));
    const workshop = Workshop.find(flags.folder);
    const all = listExercises().map(({ name }) => {
      const progress = workshop.of(name);
      return { name, state: stateOf(progress), checks: progress?.checks.length ?? 0, hints: progress?.hints ?? 0 };
    });
    const rows = all.map(({ name, state, checks, hints }) => [name, words[state], String(checks), String(hints)]);
    for (const line of layOutTable([[words.exercise, words.state, words.checks, words.hints], ...rows], this.surroundings.columns))
      this.log(line);
    return all;
  }
}
