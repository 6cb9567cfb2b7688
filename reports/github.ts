import type { Check, Journal } from '../experiments/engine/journal.ts';
import { intervalText, isFinding, outcomeWord, sampleText } from './check-words.ts';

type Level = 'error' | 'warning' | 'notice';

/**
 * Workflow commands of GitHub Actions, a line each: what a job prints becomes an annotation. One for each check that is not as it was to be (an
 * error for a finding, a warning for what says nothing of the system), for what broke, and one that says how the run came out.
 */
export function renderGithub(journal: Journal): string {
  const { experiment, outcome, reason, variants, undoFailures } = journal;
  const lines = [
    ...variants.flatMap(({ name, checks, error }) => {
      const where = `${experiment.name}, ${name}`;
      return [
        ...(error ? [command('error', `${where}: the lab broke`, [error.message, error.hint ?? ''])] : []),
        ...checks.filter(({ verdict }) => verdict !== 'pass').map((check) => checkCommand(where, check, isFinding(journal, name, check))),
      ];
    }),
    ...undoFailures.map((failure) => command('error', `${experiment.name}: a fault could not be undone`, [failure])),
    command(levels[outcome], `${experiment.name}: ${outcomeWord(journal)}`, [reason]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Those of several runs. */
export const renderSuiteGithub = ({ journals }: { journals: Journal[] }): string => journals.map(renderGithub).join('');

const levels: Record<Journal['outcome'], Level> = { passed: 'notice', failed: 'error', inconclusive: 'warning', errored: 'error' };

const checkCommand = (where: string, check: Check, isFinding: boolean): string =>
  command(isFinding ? 'error' : 'warning', `${where}: ${check.title}`, [
    check.message,
    [intervalText(check), sampleText(check)].filter((part) => part !== undefined).join('; '),
    ...(check.findings ?? []),
  ]);

function command(level: Level, title: string, lines: string[]): string {
  const text = lines.filter((line) => line !== '').join('\n');
  return `::${level} title=${escapeProperty(title)}::${escapeData(text)}`;
}

/** As @actions/core escapes them. */
const escapeData = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
