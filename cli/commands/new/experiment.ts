import { Args } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';

export default class NewExperiment extends BaseCommand {
  static override summary = 'Make an experiment of your own that runs: YAML, manifests, and a service to begin with.';
  static override description =
    'Writes a folder with experiment.yaml, images.yaml (what images run as on this machine), a small service and its manifests: a base, and an overlay each for control and treatment. Nothing is overwritten.';
  static override examples = ['<%= config.bin %> <%= command.id %> ./mine', '<%= config.bin %> run ./mine'];
  static override args = { folder: Args.string({ description: 'Folder to make; the experiment is named after it.', required: true }) };

  async run(): Promise<{ folder: string; files: string[] }> {
    const { args } = await this.parse(NewExperiment);
    const { newExperiment } = await import('../../new-experiment.ts');
    const made = newExperiment(args.folder);
    for (const file of made.files) this.log(file);
    // A word without a slash is the name of an experiment of the catalog.
    const word = /[\\/]/.test(args.folder) ? args.folder : `./${args.folder}`;
    this.log(`\nTry:\n  ${this.config.bin} show ${word}\n  ${this.config.bin} run ${word}`);
    return made;
  }
}
