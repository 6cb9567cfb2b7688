import { writeFileSync } from 'node:fs';
import { Args, Flags } from '@oclif/core';
import type { FormatName } from '../../reports/formats.ts';
import { BaseCommand } from '../base-command.ts';
import { UsageError } from '../errors/usage-error.ts';

// Named here again so that help does not have to load every format; a test holds the two lists together.
const formatNames = ['html', 'json', 'junit', 'markdown', 'terminal'] as const satisfies FormatName[];

export default class Report extends BaseCommand {
  static override summary = 'Tell a journal again, in another format.';
  static override description = 'A run can be retold from its journal alone: the same journal gives the same bytes.';
  static override enableJsonFlag = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %> shoplab-report/async-decoupling.json',
    '<%= config.bin %> <%= command.id %> shoplab-report/async-decoupling.json --format html --output report.html',
    '<%= config.bin %> run async-decoupling --json | <%= config.bin %> <%= command.id %> - --format markdown',
  ];
  static override args = { journal: Args.string({ description: 'File with the journal; - is stdin.', required: true }) };
  static override flags = {
    format: Flags.string({ summary: 'Format to tell it in.', options: [...formatNames], default: 'terminal' }),
    output: Flags.string({ char: 'o', summary: 'File to write; stdout without it.', helpValue: 'FILE' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Report);
    const [{ readJournal }, { formats }, { renderTerminal }] = await Promise.all([
      import('../read-journal.ts'),
      import('../../reports/formats.ts'),
      import('../../reports/terminal.ts'),
    ]);
    const journal = readJournal(args.journal);
    const { colourOut, columns } = this.surroundings;
    const isForPeople = flags.format === 'terminal' && flags.output === undefined;
    const text = isForPeople
      ? renderTerminal(journal, { colour: colourOut, width: columns })
      : formats[flags.format as FormatName].render(journal);
    if (flags.output === undefined) process.stdout.write(text);
    else writeOutput(flags.output, text);
  }
}

function writeOutput(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new UsageError(`the report ${file} cannot be written`, { cause, hint: 'choose another with --output' });
  }
}
