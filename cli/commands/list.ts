import { BaseCommand } from '../base-command.ts';

interface Row {
  name: string;
  title: string;
  hypothesis: string;
  tags: string[];
}

export default class List extends BaseCommand {
  static override summary = 'List the experiments, with what each claims.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<Row[]> {
    await this.parse(List);
    const [{ listExperiments }, { layOutTable }] = await Promise.all([
      import('../../experiments/catalog/catalog.ts'),
      import('../../reports/text-table.ts'),
    ]);
    const rows = (await listExperiments()).map(({ name, title, hypothesis, tags }) => ({ name, title, hypothesis, tags }));
    const table = [['name', 'claims', 'tags'], ...rows.map((row) => [row.name, row.hypothesis, row.tags.join(' ')])];
    for (const line of layOutTable(table, this.surroundings.columns)) this.log(line);
    return rows;
  }
}
