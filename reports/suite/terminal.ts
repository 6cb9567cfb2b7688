import { Chalk } from 'chalk';
import { formatDuration, outcomeMarks, outcomeWord } from '../check-words.ts';
import { outcomeInk, visible } from '../terminal-text.ts';
import { layOutTable, wrap } from '../text-table.ts';
import { checksAsExpected, decideSuite, type Suite, tellingCheck, timeSentence, tookMs } from './suite.ts';

/** One line an experiment, then why those that did not pass did not. Plain text unless colour is asked for. Width in characters. */
export function renderSuiteTerminal(suite: Suite, { colour = false, width = 100 } = {}): string {
  const paint = new Chalk({ level: colour ? 1 : 0 });
  const ink = outcomeInk(paint);
  const { outcome, sentence } = decideSuite(suite);
  const colourMark = (line: string): string =>
    suite.journals.reduce((text, journal) => {
      const mark = outcomeMarks[journal.outcome];
      return text.startsWith(`${mark} `) ? `${ink[journal.outcome](mark)}${text.slice(mark.length)}` : text;
    }, line);
  const rows = suite.journals.map((journal) => {
    const { passed, all } = checksAsExpected(journal);
    const told = tellingCheck(journal);
    return [
      `${outcomeMarks[journal.outcome]} ${journal.experiment.name}`,
      outcomeWord(journal),
      `${passed} of ${all}`,
      told?.by.control ?? '–',
      told?.by.treatment ?? '–',
      formatDuration(tookMs(journal)),
    ].map(visible);
  });
  const table = layOutTable([['  experiment', 'outcome', 'checks', 'control', 'treatment', 'took'], ...rows], width - 2);
  const reasons = suite.journals
    .filter((journal) => outcomeWord(journal) !== 'passed')
    .flatMap(({ experiment, reason }) => ['', ...wrap(visible(`${experiment.name}: ${reason}`), width - 2).map((line) => `  ${line}`)]);
  const leftOut = suite.leftOut.map((one) => paint.yellow(visible(`left out: ${one}`)));
  const marked = table.map((line, n) => (n < 2 ? paint.dim(`  ${line}`) : `  ${colourMark(line)}`));
  const heading = paint.bold(ink[outcome](visible(`${outcomeMarks[outcome]} ${sentence}`)));
  const time = wrap(visible(timeSentence(suite)), width - 2).map((line) => paint.dim(`  ${line}`));
  return `${[heading, '', ...marked, '', ...time, ...reasons, ...leftOut].join('\n')}\n`;
}
