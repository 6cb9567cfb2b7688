import { writeFileSync } from 'node:fs';
import { Args, Flags } from '@oclif/core';
import type { FormatName } from '../../reports/formats.ts';
import { BaseCommand } from '../base-command.ts';
import { UsageError } from '../errors/usage-error.ts';

// Named here again so that help does not have to load every format; a test holds the two lists together.
const formatNames = ['html', 'json', 'junit', 'markdown', 'terminal', 'github'] as const satisfies FormatName[];

export default class Report extends BaseCommand {
  static override summary = 'Tell a journal again, in another format; or a folder of them, as a suite.';
  static override description =
    'A run can be retold from its journal alone: the same journal gives the same bytes. Of a folder the suite is told: one line, or one card, for each experiment.';
  static override enableJsonFlag = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %> shoplab-report/async-decoupling.json',
    '<%= config.bin %> <%= command.id %> shoplab-report/async-decoupling.json --format html --output report.html',
    '<%= config.bin %> run async-decoupling --json | <%= config.bin %> <%= command.id %> - --format markdown',
    {
      description: 'Annotations of a job of GitHub Actions',
      command: '<%= config.bin %> <%= command.id %> shoplab-report --format github',
    },
    {
      description: 'All files again that the runs of these journals wrote',
      command: '<%= config.bin %> <%= command.id %> shoplab-report --report-dir again',
    },
  ];
  static override args = {
    journal: Args.string({ description: 'File with the journal, or a folder with several; - is stdin.', required: true }),
  };
  static override flags = {
    format: Flags.string({ summary: 'Format to tell it in.', options: [...formatNames], default: 'terminal' }),
    output: Flags.string({ char: 'o', summary: 'File to write; stdout without it.', helpValue: 'FILE' }),
    'report-dir': Flags.string({
      summary: 'Folder to write every format to, as `run` does.',
      helpValue: 'DIR',
      exclusive: ['format', 'output'],
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Report);
    const [
      { readJournalOrSuite, openReportFolder, rewriteReports, writeReports },
      { formats },
      { renderTerminal },
      { renderSuiteTerminal },
    ] = await Promise.all([
      import('../report-folder.ts'),
      import('../../reports/formats.ts'),
      import('../../reports/terminal.ts'),
      import('../../reports/suite/terminal.ts'),
    ]);
    const { journal, suite } = readJournalOrSuite(args.journal);
    if (flags['report-dir'] !== undefined) {
      if (journal) writeReports(openReportFolder(flags['report-dir']), journal);
      else rewriteReports(args.journal, flags['report-dir']);
      return;
    }
    const format = formats[flags.format as FormatName];
    const { colourOut: colour, columns: width } = this.surroundings;
    const isForPeople = flags.format === 'terminal' && flags.output === undefined;
    const told = isForPeople ? { colour, width } : undefined;
    const text = journal
      ? told
        ? renderTerminal(journal, told)
        : format.render(journal)
      : told
        ? renderSuiteTerminal(suite, told)
        : format.renderSuite(suite);
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
