import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { type Cell, outcomeOf } from './cell.ts';

/** What came of the runs of one cell. */
export interface Tally {
  experiment: string;
  cell: Pick<Cell, 'name' | 'kind'>;
  /** How often each outcome was told. */
  outcomes: Record<string, number>;
  /** What was wrong, a line each. */
  wrong: string[];
}

/** A Markdown document: a row for each cell with how often each outcome came, and what was wrong below. */
export function verdictTable(title: string, introduction: string[], tallies: Tally[], at: Date): string {
  const of = (tally: Tally, outcome: string) => tally.outcomes[outcome] ?? 0;
  const runs = (tally: Tally) => Object.values(tally.outcomes).reduce((sum, count) => sum + count, 0);
  const total = tallies.reduce((sum, tally) => sum + runs(tally), 0);
  const right = total - tallies.reduce((sum, { wrong }) => sum + wrong.length, 0);
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
  const wrong = tallies.flatMap((tally) => tally.wrong.map((line) => `- ${tally.experiment}, ${tally.cell.name}: ${line.split('\n')[0]}`));
  return [
    `# ${title}`,
    '',
    ...introduction,
    '',
    `${right} of ${total} verdicts were right: shoplab ${version} on the local platform, Node ${process.version}, ${cpus().length} CPUs, ${at.toISOString().slice(0, 10)}.`,
    '',
    '| experiment | what was done | has to be | passed | failed | inconclusive | errored | wrong |',
    '|---|---|---|--:|--:|--:|--:|--:|',
    ...tallies.map((tally) => {
      const { experiment, cell, wrong } = tally;
      const counts = ['passed', 'failed', 'inconclusive', 'errored'].map((outcome) => of(tally, outcome));
      return `| ${[experiment, `${cell.kind}: ${cell.name}`, outcomeOf[cell.kind], ...counts, wrong.length].join(' | ')} |`;
    }),
    ...(wrong.length > 0 ? ['', 'What was wrong:', '', ...wrong] : []),
    '',
  ].join('\n');
}
