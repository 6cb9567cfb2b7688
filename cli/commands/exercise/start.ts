import { BaseCommand } from '../../base-command.ts';
import { exerciseArg, workshopFlags } from '../../exercise/workshop-flags.ts';

export default class ExerciseStart extends BaseCommand {
  static override summary = 'Put the files of an exercise into your folder.';
  static override description = 'TASK.md says what is broken and what to mend. Nothing is overwritten; `exercise reset` begins anew.';
  static override examples = ['<%= config.bin %> <%= command.id %> liveness', '<%= config.bin %> <%= command.id %> liveness --lang ko'];
  static override args = exerciseArg;
  static override flags = workshopFlags;

  async run(): Promise<{ exercise: string; folder: string; answers: string[] }> {
    const { args, flags } = await this.parse(ExerciseStart);
    const [{ openExercise }, { taskOf }, { startExercise }] = await Promise.all([
      import('../../exercise/open-exercise.ts'),
      import('../../exercise/exercises.ts'),
      import('../../exercise/start-exercise.ts'),
    ]);
    const { exercise, workshop, language, words } = openExercise(args.exercise, flags);
    startExercise(exercise, workshop, { manifests: this.surroundings.manifests, language });
    const answers = exercise.answers.map(({ file }) => file);
    this.log(taskOf(exercise, language));
    this.log(words.begun(exercise.name, workshop.folderOf(exercise.name)));
    this.log(words.mend(answers.join(', ')));
    return { exercise: exercise.name, folder: workshop.folderOf(exercise.name), answers };
  }
}
