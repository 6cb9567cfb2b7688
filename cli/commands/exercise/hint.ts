import { BaseCommand } from '../../base-command.ts';
import { exerciseArg, workshopFlags } from '../../exercise/workshop-flags.ts';

export default class ExerciseHint extends BaseCommand {
  static override summary = 'Give the next hint of an exercise.';
  static override description = 'There are three, each says more than the one before. They are counted.';
  static override examples = ['<%= config.bin %> <%= command.id %> liveness'];
  static override args = exerciseArg;
  static override flags = workshopFlags;

  async run(): Promise<{ exercise: string; hints: string[] }> {
    const { args, flags } = await this.parse(ExerciseHint);
    const { openExercise } = await import('../../exercise/open-exercise.ts');
    const { exercise, workshop, language, words } = openExercise(args.exercise, flags);
    const state = workshop.started(exercise.name);
    const isLast = state.hints === exercise.hints.length;
    if (!isLast) workshop.keep(exercise.name, { ...state, hints: state.hints + 1 });
    const shown = exercise.hints.slice(0, isLast ? state.hints : state.hints + 1).map((hint) => hint[language]);
    for (const [at, hint] of shown.entries()) this.log(`${words.hint(at + 1)}: ${hint}\n`);
    if (isLast) this.log(words.noMoreHints);
    return { exercise: exercise.name, hints: shown };
  }
}
