import { Flags } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import type { CheckedJson } from '../../exercise/check-exercise.ts';
import { exerciseArg, workshopFlags } from '../../exercise/workshop-flags.ts';
import { labFlags, nodeFlags, nodeImageOf, platformNameOf, syncPeriodFlag } from '../../flags.ts';

export default class ExerciseCheck extends BaseCommand {
  static override summary = 'Find out whether your answer holds: by the experiment that proves it, control included.';
  static override description =
    `Runs the experiment that proves it on your files, beside a control that is ours. Only the files that TASK.md names count.

Exit code: 0 solved, 4 not yet, 3 the run says nothing of your answer (the machine was too busy, for example), 2 your files cannot be read, 130 interrupted.`;
  static override examples = ['<%= config.bin %> <%= command.id %> liveness', '<%= config.bin %> <%= command.id %> liveness --lang ko'];
  static override args = exerciseArg;
  static override flags = {
    ...workshopFlags,
    platform: labFlags.platform,
    name: labFlags.name,
    ...nodeFlags,
    'hpa-sync-period': syncPeriodFlag('5s'),
    seed: Flags.integer({ summary: 'Seed of all that is random. Without it one is drawn.', min: 0, max: 2 ** 31 - 1 }),
  };

  async run(): Promise<CheckedJson> {
    const { args, flags } = await this.parse(ExerciseCheck);
    const [{ openExercise }, { checkExercise }, { exitCodes }, { choosePlatform }, { startProgress }, { listenForInterrupt }] =
      await Promise.all([
        import('../../exercise/open-exercise.ts'),
        import('../../exercise/check-exercise.ts'),
        import('../../exit-code.ts'),
        import('../../choose-platform.ts'),
        import('../../progress/start-progress.ts'),
        import('../../interrupt.ts'),
      ]);
    const { exercise, workshop, language, words } = openExercise(args.exercise, flags);
    workshop.started(exercise.name);
    const platform = await choosePlatform(platformNameOf(flags));
    const progress = startProgress(this.surroundings);
    const interrupt = listenForInterrupt((line) => progress.tell(line));
    try {
      const checked = await checkExercise(exercise, workshop, {
        platform,
        name: flags.name,
        seed: flags.seed ?? Math.floor(Math.random() * 2 ** 31),
        autoscalerSyncMs: flags['hpa-sync-period'],
        nodeImage: nodeImageOf(flags),
        version: this.config.version,
        manifests: this.surroundings.manifests,
        signal: interrupt.signal,
        progress,
      });
      progress.stop();
      const { outcome, observed, explanation, run = null, report, unread } = checked;
      const titles = { solved: words.solvedTitle, 'not-yet': words.notYetTitle, unclear: words.unclearTitle };
      const means = outcome === 'solved' ? exercise.solved[language] : explanation?.[language];
      this.log(`\n${titles[outcome](exercise.name)}\n`);
      this.log(`${words.observed}: ${observed}`);
      if (means !== undefined) this.log(`\n${words.means}: ${means}`);
      if (report?.html) this.log(`\n${words.report}: ${report.html}`);
      if (unread.length > 0) this.log(words.unread(unread.join(', ')));
      if (outcome === 'not-yet') this.log(words.hintsLeft(workshop.started(exercise.name).hints));
      process.exitCode = { solved: exitCodes.passed, 'not-yet': exitCodes.failed, unclear: exitCodes.inconclusive }[outcome];
      return {
        ...{ exercise: exercise.name, outcome, observed, explained: explanation?.id ?? null, means: means ?? null },
        ...{ run, report: report?.html ?? null, unread },
      };
    } finally {
      progress.stop();
      interrupt.release();
    }
  }
}
