import { BaseCommand } from '../../base-command.ts';
import type { ExerciseState } from '../../exercise/state-of.ts';
import { workshopFlags } from '../../exercise/workshop-flags.ts';

interface ListedExercise {
  number: number;
  name: string;
  title: string;
  minutes: number;
  state: ExerciseState;
}

export default class ExerciseList extends BaseCommand {
  static override summary = 'List the exercises of the workshop, and how far you are.';
  static override description =
    'Each exercise is a broken shop that you mend in real files, with your own editor and kubectl. `exercise check` proves by an experiment that it holds.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --lang ko'];
  static override flags = workshopFlags;

  async run(): Promise<ListedExercise[]> {
    const { flags } = await this.parse(ExerciseList);
    const [{ listExercises }, { openWorkshop }, { stateOf }, { layOutTable }] = await Promise.all([
      import('../../exercise/exercises.ts'),
      import('../../exercise/open-exercise.ts'),
      import('../../exercise/state-of.ts'),
      import('../../../reports/text-table.ts'),
    ]);
    const { workshop, language, words } = openWorkshop(flags);
    const exercises = listExercises().map(({ number, name, title, minutes }) => ({
      ...{ number, name, title: title[language], minutes },
      state: stateOf(workshop.of(name)),
    }));
    const rows = exercises.map(({ number, name, title, minutes, state }) => [
      String(number),
      name,
      title,
      words.minutes(minutes),
      words[state],
    ]);
    for (const line of layOutTable([['', words.exercise, words.about, '', words.state], ...rows], this.surroundings.columns))
      this.log(line);
    this.log(`\n${this.config.bin} exercise start ${exercises[0]?.name ?? 'NAME'}`);
    return exercises;
  }
}
