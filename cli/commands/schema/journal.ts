import { BaseCommand } from '../../base-command.ts';

export default class SchemaJournal extends BaseCommand {
  static override summary = 'Print the JSON Schema of the journal that a run leaves.';
  static override description =
    'JSON Schema 2020-12. The same is a file of the package: dist/journal.schema.json. Later versions add to a journal and take nothing away.';
  static override enableJsonFlag = false;
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> > journal.schema.json'];

  async run(): Promise<void> {
    await this.parse(SchemaJournal);
    const { journalJsonSchema } = await import('../../../experiments/engine/journal-schema.ts');
    process.stdout.write(`${JSON.stringify(journalJsonSchema(), null, 2)}\n`);
  }
}
