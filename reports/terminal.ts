import { Chalk, type ChalkInstance } from 'chalk';
import type { Check, Journal, VariantRecord } from '../experiments/engine/journal.ts';
import {
  blastRadiusText,
  differenceText,
  formatDuration,
  formatQuantity,
  intervalText,
  outcomeMarks,
  outcomeWord,
  sampleText,
  thresholdText,
  verdictMarks,
  verdictWords,
} from './check-words.ts';
import { foldHeld, heldText } from './fold-held.ts';
import { controlOf, pairById } from './pair-by-id.ts';
import { runRows, spreadRows } from './pooled-words.ts';
import { outcomeInk, visible } from './terminal-text.ts';
import { layOutTable, wrap } from './text-table.ts';
import { windowText } from './window-words.ts';

/** The verdict for a terminal: control beside treatment, plain text unless colour is asked for. Widths are in characters. */
export function renderTerminal(journal: Journal, { colour = false, width = 100 } = {}): string {
  const paint = new Chalk({ level: colour ? 1 : 0 });
  const ink = outcomeInk(paint);
  const heading = `${outcomeMarks[journal.outcome]} ${journal.experiment.name}: ${outcomeWord(journal)}`;
  const out = [
    paint.bold(ink[journal.outcome](visible(heading))),
    ...indented(journal.reason, width),
    ...indented(`Blast radius: ${blastRadiusText(journal)}`, width).map((line) => paint.dim(line)),
    '',
  ];
  for (const failure of journal.undoFailures) out.push(paint.red(visible(`! an undo failed: ${failure}`)));
  for (const variant of journal.variants) out.push(...errorLines(variant, paint, width));
  out.push(
    ...checksTable(journal, paint, width),
    ...findingLines(journal, paint, width),
    ...measurementsTable(journal, width),
    ...windowsTable(journal, width),
    ...runsTables(journal, width),
  );
  const took = formatDuration(Date.parse(journal.endedAt) - Date.parse(journal.startedAt));
  out.push(
    paint.dim(visible(`${took} on ${journal.platform.name} (Kubernetes ${journal.platform.kubernetes}); repeat: ${journal.command}`)),
  );
  return `${out.join('\n')}\n`;
}

function checksTable(journal: Journal, paint: ChalkInstance, width: number): string[] {
  const { told, held } = foldHeld(pairById(journal.variants, (variant) => variant.checks));
  if (told.length + held.length === 0) return [];
  const rows = told.map(({ first, bySide }) =>
    [checkTitle(first), ...bySide.map((check) => (check ? checkCell(check, controlOf(journal, bySide)) : '-'))].map(visible),
  );
  const folded = heldText(held);
  const table = [
    ...(rows.length > 0 ? layOutTable([['check', ...journal.variants.map((variant) => variant.name)], ...rows], width - 2) : []),
    ...(folded ? [`✓ ${folded}`] : []),
  ];
  return [...table.map((line, n) => `  ${n === 0 && rows.length > 0 ? paint.bold(line) : colourMarks(line, paint)}`), ''];
}

function checkTitle(check: Check): string {
  const threshold = thresholdText(check);
  return threshold ? `${check.title} (${threshold})` : check.title;
}

function checkCell(check: Check, control: Check | undefined): string {
  const seen = `${verdictMarks[check.verdict]} ${verdictWords(check)}: ${check.observed.text}`;
  return [seen, intervalText(check), sampleText(check), differenceText(check, control)].filter((part) => part !== undefined).join('; ');
}

/** Every check that is not as it was to be, with what exactly was wrong. */
function findingLines(journal: Journal, paint: ChalkInstance, width: number): string[] {
  return journal.variants.flatMap((variant) =>
    variant.checks
      .filter((check) => check.verdict !== 'pass')
      .flatMap((check) => [
        ...indented(`${verdictMarks[check.verdict]} ${variant.name}: ${check.message}`, width).map((line) => colourMarks(line, paint)),
        ...(check.findings ?? []).flatMap((finding) => indented(`  - ${finding}`, width)),
        '',
      ]),
  );
}

function measurementsTable(journal: Journal, width: number): string[] {
  const rows = pairById(journal.variants, (variant) => variant.measurements).map(({ first, bySide }) => [
    visible(first.title),
    ...bySide.map((one) => (one?.value == null ? '-' : visible(formatQuantity(one.value, one.unit)))),
  ]);
  if (rows.length === 0) return [];
  return [
    ...layOutTable([['measured', ...journal.variants.map((variant) => variant.name)], ...rows], width - 2).map((line) => `  ${line}`),
    '',
  ];
}

function windowsTable({ variants }: Journal, width: number): string[] {
  const rows = pairById(variants, (variant) => variant.windows ?? []).map(({ first, bySide }) =>
    [first.title, ...bySide.map((one) => (one ? windowText(one) : '-'))].map(visible),
  );
  if (rows.length === 0) return [];
  const head = ['observed beside implied', ...variants.map((variant) => variant.name)];
  return [...layOutTable([head, ...rows], width - 2).map((line) => `  ${line}`), ''];
}

function runsTables(journal: Journal, width: number): string[] {
  if (!journal.pooled) return [];
  const runs = runRows(journal).map(({ number, outcome, seed, took, reason }) =>
    [String(number), outcome, String(seed), took, reason].map(visible),
  );
  const spreads = spreadRows(journal).map(({ title, bySide }) => [title, ...bySide].map(visible));
  const tables = [
    layOutTable([['run', 'outcome', 'seed', 'took', 'why'], ...runs], width - 2),
    ...(spreads.length > 0
      ? [layOutTable([['least / median / most', ...journal.variants.map(({ name }) => name)], ...spreads], width - 2)]
      : []),
  ];
  return tables.flatMap((lines) => [...lines.map((line) => `  ${line}`), '']);
}

function errorLines(variant: VariantRecord, paint: ChalkInstance, width: number): string[] {
  if (!variant.error) return [];
  const { message, hint, logs = [] } = variant.error;
  return [
    ...indented(`! ${variant.name} did not run to its end: ${message}`, width).map((line) => paint.red(line)),
    ...(hint ? indented(hint, width) : []),
    ...logs.map((line) => paint.dim(`    ${visible(line)}`)),
    '',
  ];
}

const indented = (raw: string, width: number): string[] => wrap(visible(raw), width - 2).map((line) => `  ${line}`);

function colourMarks(line: string, paint: ChalkInstance): string {
  return line
    .replaceAll('✓', paint.green('✓'))
    .replaceAll('✗', paint.red('✗'))
    .replace(/(^|\s)\?(?=\s)/g, `$1${paint.yellow('?')}`);
}
