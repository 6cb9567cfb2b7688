import { BaseCommand } from '../../base-command.ts';
import { exerciseArg, workshopFlags } from '../../exercise/workshop-flags.ts';

export default class ExerciseReset extends BaseCommand {
  static override summary = 'Begin an exercise anew: its files as they were, hints and checks forgotten.';
  static override examples = ['<%= config.bin %> <%= command.id %> liveness'];
  static override args = exerciseArg;
  static override flags = workshopFlags;

  async run(): Promise<{ exercise: string; folder: string }> {
    const { args, flags } = await this.parse(ExerciseReset);
    const [{ openExercise }, { resetExercise }] = await Promise.all([
      import('../../exercise/open-exercise.ts'),
      import('../../exercise/start-exercise.ts'),
    ]);
    const { exercise, workshop, language, words } = openExercise(args.exercise, flags);
    resetExercise(exercise, workshop, { manifests: this.surroundings.manifests, language });
    this.log(words.reset(exercise.name));
    return { exercise: exercise.name, folder: workshop.folderOf(exercise.name) };
  }
}
