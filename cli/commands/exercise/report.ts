import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import type { LearnerResult } from '../../exercise/class-results.ts';

export default class ExerciseReport extends BaseCommand {
  static override summary = 'For an instructor: sum up what learners have done, as HTML and CSV.';
  static override description =
    'Reads a folder that has one for each learner, with what `exercise start` and `exercise check` left in it. Nothing is run.';
  static override examples = ['<%= config.bin %> <%= command.id %> ./handed-in'];
  static override args = { folder: Args.string({ description: 'Folder with the folders of learners.', required: true }) };
  static override flags = {
    'report-dir': Flags.string({ summary: 'Folder for workshop.html and workshop.csv.', default: './shoplab-report', helpValue: 'DIR' }),
  };

  async run(): Promise<LearnerResult[]> {
    const { args, flags } = await this.parse(ExerciseReport);
    const [
      { listExercises },
      { classResults },
      { classCsv, classPage },
      { openReportFolder },
      { layOutTable },
      { writeFileSync },
      { join },
    ] = await Promise.all([
      import('../../exercise/exercises.ts'),
      import('../../exercise/class-results.ts'),
      import('../../exercise/class-report.ts'),
      import('../../report-folder.ts'),
      import('../../../reports/text-table.ts'),
      import('node:fs'),
      import('node:path'),
    ]);
    const exercises = listExercises();
    const learners = classResults(args.folder, exercises);
    const folder = openReportFolder(flags['report-dir']);
    writeFileSync(join(folder, 'workshop.html'), classPage(learners, exercises));
    writeFileSync(join(folder, 'workshop.csv'), classCsv(learners));
    const rows = learners.map(({ learner, solved, exercises: results }) => {
      const sum = (of: (one: (typeof results)[number]) => number) => String(results.reduce((total, one) => total + of(one), 0));
      return [learner, `${solved} of ${exercises.length}`, sum(({ checks }) => checks), sum(({ hints }) => hints)];
    });
    for (const line of layOutTable([['learner', 'solved', 'checks', 'hints'], ...rows], this.surroundings.columns)) this.log(line);
    this.log(`\nreport: ${join(folder, 'workshop.html')}`);
    return learners;
  }
}
