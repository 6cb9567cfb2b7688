import { table, text } from '../markdown-text.ts';
import type { Comparison } from './compare.ts';
import { chanceText, changeMarks, comparisonSentence, tellingFirst } from './comparison-words.ts';

/** Two runs side by side, for a comment on a merge request. GitHub's Markdown. */
export function renderComparisonMarkdown(comparison: Comparison): string {
  const parts = comparison.experiments.flatMap((one) => {
    const { a, b, change } = one.outcome;
    const rows = tellingFirst(one).map((row) => [
      `${changeMarks[row.change]} ${text(row.variant)}: ${text(row.title)}`,
      text(row.a),
      text(row.b),
      `**${row.change}**<br>${text(row.message)}`,
    ]);
    return [
      `### ${changeMarks[change]} ${text(one.name)}: ${text(a === b ? a : `${a}, then ${b}`)}`,
      ...one.conditions.map((line) => `> conditions differ: ${text(line)}`),
      ...(rows.length > 0 ? [table(['what', 'A', 'B', 'change'], rows)] : []),
    ];
  });
  return `${[`## ${text(comparisonSentence(comparison))}`, ...parts, text(chanceText(comparison))].join('\n\n')}\n`;
}
