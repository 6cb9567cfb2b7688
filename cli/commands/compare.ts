import { Args, Flags } from '@oclif/core';
import type { Comparison } from '../../reports/compare/compare.ts';
import { BaseCommand } from '../base-command.ts';
import { exitCodes } from '../exit-code.ts';

export default class Compare extends BaseCommand {
  static override summary = 'Put two journals, or two folders of them, side by side: what changed beyond chance.';
  static override description =
    `Rates are compared by Newcombe's 95 % interval of their difference, percentiles by whether their intervals overlap. What was measured only once is shown, and nothing is claimed of it.

Exit code: 0, and with --gate 4 where something is worse beyond chance or an experiment is missing in B.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> before/async-decoupling.json after/async-decoupling.json',
    {
      description: 'Two suites; a merge waits where something became worse',
      command: '<%= config.bin %> <%= command.id %> main-report shoplab-report --gate',
    },
    '<%= config.bin %> <%= command.id %> before after --format markdown',
  ];
  static override args = {
    a: Args.string({ description: 'Journal or folder to compare with.', required: true }),
    b: Args.string({ description: 'Journal or folder to compare.', required: true }),
  };
  static override flags = {
    format: Flags.string({ summary: 'Format to tell it in.', options: ['markdown', 'terminal'], default: 'terminal' }),
    gate: Flags.boolean({ summary: 'Exit with 4 where something is worse beyond chance.' }),
  };

  async run(): Promise<Comparison> {
    const { args, flags } = await this.parse(Compare);
    const [{ readJournalOrSuite }, { makeSuite }, { compareSuites }, { isWorse }] = await Promise.all([
      import('../report-folder.ts'),
      import('../../reports/suite/suite.ts'),
      import('../../reports/compare/compare.ts'),
      import('../../reports/compare/comparison-words.ts'),
    ]);
    const [a, b] = [args.a, args.b].map((path) => {
      const { journal, suite } = readJournalOrSuite(path);
      return journal ? makeSuite([journal]) : suite;
    }) as [ReturnType<typeof makeSuite>, ReturnType<typeof makeSuite>];
    const comparison = compareSuites(a, b);
    if (!this.jsonEnabled()) process.stdout.write(await this.tellComparison(comparison, flags.format));
    if (flags.gate && isWorse(comparison)) process.exitCode = exitCodes.failed;
    return comparison;
  }

  private async tellComparison(comparison: Comparison, format: string): Promise<string> {
    if (format === 'markdown') return (await import('../../reports/compare/markdown.ts')).renderComparisonMarkdown(comparison);
    const { renderComparisonTerminal } = await import('../../reports/compare/terminal.ts');
    return renderComparisonTerminal(comparison, { colour: this.surroundings.colourOut, width: this.surroundings.columns });
  }
}
