import { BaseCommand } from '../../base-command.ts';
import type { ExerciseState } from '../../exercise/state-of.ts';
import { workshopFlags } from '../../exercise/workshop-flags.ts';

interface ExerciseStatus {
  name: string;
  state: ExerciseState;
  checks: number;
  hints: number;
}

export default class ExerciseStatusCommand extends BaseCommand {
  static override summary = 'Show what you have done: exercises, checks, hints.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];
  static override flags = workshopFlags;

  async run(): Promise<ExerciseStatus[]> {
    const { flags } = await this.parse(ExerciseStatusCommand);
    const [{ listExercises }, { openWorkshop }, { stateOf }, { layOutTable }] = await Promise.all([
      import('../../exercise/exercises.ts'),
      import('../../exercise/open-exercise.ts'),
      import('../../exercise/state-of.ts'),
      import('../../../reports/text-table.ts'),
    ]);
    const { workshop, words } = openWorkshop(flags);
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
