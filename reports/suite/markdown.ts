import { capital, formatDuration, outcomeMarks, outcomeWord } from '../check-words.ts';
import { code, table, text } from '../markdown-text.ts';
import { overTimeRows } from '../over-time.ts';
import { checksAsExpected, decideSuite, type Suite, tellingCheck, timeSentence, tookMs } from './suite.ts';

/** A summary of several experiments for a CI job: one row each. GitHub's Markdown. */
export function renderSuiteMarkdown(suite: Suite): string {
  const { outcome, sentence } = decideSuite(suite);
  const rows = suite.journals.map((journal) => {
    const { passed, all } = checksAsExpected(journal);
    const told = tellingCheck(journal);
    const requests = overTimeRows(journal, 16).find(({ title }) => title === 'failed requests')?.bySide ?? [];
    const cell = (side: number, value: string | undefined): string =>
      [value === undefined ? '–' : text(value), requests[side] ? code(requests[side].line) : ''].filter((part) => part !== '').join('<br>');
    return [
      `${outcomeMarks[journal.outcome]} ${text(journal.experiment.name)}`,
      `**${outcomeWord(journal)}**<br>${text(journal.reason)}`,
      `${passed} of ${all}`,
      cell(0, told?.by.control),
      cell(1, told?.by.treatment),
      formatDuration(tookMs(journal)),
    ];
  });
  return `${[
    `## ${outcomeMarks[outcome]} ${text(sentence)}`,
    table(['experiment', 'outcome', 'checks', 'control', 'treatment', 'took'], rows),
    'Control and treatment: what each answered to the question that tells them apart, and failed requests over time.',
    ...(suite.journals.length > 0 ? [`${text(capital(timeSentence(suite)))}.`] : []),
    ...suite.leftOut.map((one) => `> left out: ${text(one)}`),
  ].join('\n\n')}\n`;
}
