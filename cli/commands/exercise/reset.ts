import { BaseCommand } from '../../base-command.ts';
import { exerciseArg, workshopFlags } from '../../exercise/workshop-flags.ts';

export default class ExerciseReset extends BaseCommand {
  static override summary = 'Begin an exercise anew: its files as they were, hints and checks forgotten.';
  static override examples = ['<%= config.bin %> <%= command.id %> liveness'];
  static override args = exerciseArg;
  static override flags = workshopFlags;

  async run(): Promise<{ exercise: string; folder: string }> {
    const { args, flags } = await this.parse(ExerciseReset);
    const [{ findExercise }, { Workshop }, { resetExercise }, { languageOf }, { wordsOf }] = await Promise.all([
      import('../../exercise/exercises.ts'),
      import('../../exercise/progress.ts'),
      import('../../exercise/start-exercise.ts'),
      import('../../exercise/language.ts'),
      import('../../exercise/words.ts'),
    ]);
    const language = flags.lang ?? languageOf(process.env);
    const exercise = findExercise(args.exercise);
    const workshop = Workshop.find(flags.folder);
    resetExercise(exercise, workshop, { manifests: this.surroundings.manifests, language });
    this.log(wordsOf(language).reset(exercise.name));
    return { exercise: exercise.name, folder: workshop.folderOf(exercise.name) };
  }
}
