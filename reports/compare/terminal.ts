import { Chalk } from 'chalk';
import { visible } from '../terminal-text.ts';
import { layOutTable, wrap } from '../text-table.ts';
import type { Comparison } from './compare.ts';
import { chanceText, changeMarks, comparisonSentence, tellingFirst } from './comparison-words.ts';

/** Two runs side by side. Plain text unless colour is asked for; width in characters. */
export function renderComparisonTerminal(comparison: Comparison, { colour = false, width = 100 } = {}): string {
  const paint = new Chalk({ level: colour ? 1 : 0 });
  const out: string[] = [...wrap(visible(comparisonSentence(comparison)), width).map((line) => paint.bold(line)), ''];
  for (const one of comparison.experiments) {
    const { a, b, change } = one.outcome;
    out.push(visible(`${changeMarks[change]} ${one.name}: ${a === b ? a : `${a}, then ${b}`}`));
    out.push(...one.conditions.flatMap((line) => wrap(visible(`  conditions differ: ${line}`), width)));
    const rows = tellingFirst(one).map((row) =>
      [`${changeMarks[row.change]} ${row.variant}: ${row.title}`, row.a, row.b, `${row.change}: ${row.message}`].map(visible),
    );
    const table = rows.length > 0 ? layOutTable([['  what', 'A', 'B', 'change'], ...rows], width - 2) : [];
    out.push(
      ...table.map((line) => `  ${line.replace(/^▲/, paint.green('▲')).replace(/^▼/, paint.red('▼')).replace(/^◆/, paint.yellow('◆'))}`),
      '',
    );
  }
  out.push(...wrap(visible(chanceText(comparison)), width).map((line) => paint.dim(line)));
  return `${out.join('\n')}\n`;
}
