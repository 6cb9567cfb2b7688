import { Args } from '@oclif/core';
import type { Experiment } from '../../experiments/engine/experiment.ts';
import { BaseCommand } from '../base-command.ts';

export default class Show extends BaseCommand {
  static override summary = 'Show what an experiment claims and what it would do: a dry run.';
  static override description = 'Hypothesis, blast radius, both variants, load, method step by step, and criteria. Nothing is started.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> async-decoupling',
    '<%= config.bin %> <%= command.id %> ./mine/experiment.yaml',
  ];
  static override args = {
    experiment: Args.string({ description: 'Name of the experiment, as `list` shows it, or a file of yours.', required: true }),
  };

  async run(): Promise<Experiment | undefined> {
    const { args } = await this.parse(Show);
    const [{ chooseExperiments }, { describeExperiment }, { wrap }] = await Promise.all([
      import('../choose-experiments.ts'),
      import('../describe-experiment.ts'),
      import('../../reports/text-table.ts'),
    ]);
    const [chosen] = await chooseExperiments({ names: [args.experiment] });
    if (chosen) for (const line of describeExperiment(chosen.experiment)) this.log(wrap(line, this.surroundings.columns).join('\n    '));
    return chosen?.experiment;
  }
}
