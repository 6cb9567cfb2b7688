import { Flags } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import { exerciseArg, workshopFlags } from '../../exercise/workshop-flags.ts';

export default class ExerciseSolution extends BaseCommand {
  static override summary = 'Show how an exercise is solved.';
  static override description = 'Prints the files as they should be. Where it is not solved yet that is noted.';
  static override examples = ['<%= config.bin %> <%= command.id %> liveness --yes'];
  static override args = exerciseArg;
  static override flags = { ...workshopFlags, yes: Flags.boolean({ char: 'y', summary: 'Show it, although it is not solved yet.' }) };

  async run(): Promise<{ exercise: string; files: Record<string, string> }> {
    const { args, flags } = await this.parse(ExerciseSolution);
    const [{ openExercise }, { solutionOf }, { UsageError }] = await Promise.all([
      import('../../exercise/open-exercise.ts'),
      import('../../exercise/exercises.ts'),
      import('../../errors/usage-error.ts'),
    ]);
    const { exercise, workshop, words } = openExercise(args.exercise, flags);
    const state = workshop.started(exercise.name);
    if (state.solvedAt === undefined) {
      if (!flags.yes && state.gaveUpAt === undefined) throw new UsageError(words.sure(exercise.name));
      if (state.gaveUpAt === undefined) this.tell(words.solutionKept);
      workshop.keep(exercise.name, { ...state, gaveUpAt: state.gaveUpAt ?? new Date().toISOString() });
    }
    const files = solutionOf(exercise);
    for (const [file, text] of Object.entries(files)) this.log(`# ${file}\n${text}`);
    return { exercise: exercise.name, files };
  }
}
