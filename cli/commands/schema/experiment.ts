import { BaseCommand } from '../../base-command.ts';

export default class SchemaExperiment extends BaseCommand {
  static override summary = 'Print the JSON Schema of an experiment in YAML.';
  static override description =
    'JSON Schema 2020-12. An editor with a YAML language server checks and completes a file by it: begin the file with\n# yaml-language-server: $schema=experiment.schema.json';
  static override enableJsonFlag = false;
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> > experiment.schema.json'];

  async run(): Promise<void> {
    await this.parse(SchemaExperiment);
    const { experimentJsonSchema } = await import('../../../experiments/declared/experiment-file.ts');
    process.stdout.write(`${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
  }
}
