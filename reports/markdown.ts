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
import { code, table, text } from './markdown-text.ts';
import { overTimeRows } from './over-time.ts';
import { controlOf, pairById } from './pair-by-id.ts';
import { runRows, spreadRows } from './pooled-words.ts';
import { windowText } from './window-words.ts';

/** A summary for a CI job: the verdict, then control beside treatment. GitHub's Markdown. */
export function renderMarkdown(journal: Journal): string {
  const word = outcomeWord(journal);
  const sides = journal.variants.map((variant) => variant.name);
  const out = [
    `## ${outcomeMarks[journal.outcome]} ${text(journal.experiment.name)}: ${word}`,
    `**${text(journal.reason)}**`,
    `Blast radius: ${text(blastRadiusText(journal))}`,
    `Hypothesis: ${text(journal.hypothesis)}`,
    ...journal.undoFailures.map((failure) => `> **An undo failed:** ${text(failure)}`),
    ...journal.variants.flatMap(errorLines),
  ];
  const { told, held } = foldHeld(pairById(journal.variants, (variant) => variant.checks));
  if (told.length > 0) {
    out.push(
      table(
        ['check', 'threshold', ...sides],
        told.map(({ first, bySide }) => [
          text(first.title),
          text(thresholdText(first) ?? ''),
          ...bySide.map((check) => (check ? checkCell(check, controlOf(journal, bySide)) : '–')),
        ]),
      ),
    );
  }
  const folded = heldText(held);
  if (folded) out.push(`✓ ${folded}`);
  out.push(...findings(journal.variants));
  const measured = pairById(journal.variants, (variant) => variant.measurements);
  if (measured.length > 0) {
    const value = (one: { value: number | null; unit: string } | undefined): string =>
      one?.value == null ? '–' : text(formatQuantity(one.value, one.unit));
    out.push(
      table(
        ['measured', ...sides],
        measured.map(({ first, bySide }) => [text(first.title), ...bySide.map(value)]),
      ),
    );
  }
  const windows = pairById(journal.variants, (variant) => variant.windows ?? []);
  if (windows.length > 0) {
    out.push(
      table(
        ['observed beside implied', ...sides],
        windows.map(({ first, bySide }) => [text(first.title), ...bySide.map((one) => (one ? text(windowText(one)) : '–'))]),
      ),
    );
  }
  const lines = overTimeRows(journal);
  if (lines.length > 0) {
    out.push(
      table(
        ['over time', ...sides],
        lines.map(({ title, bySide }) => [
          text(title),
          ...bySide.map((one) => (one ? `${code(one.line)}${one.most === '' ? '' : ` at most ${text(one.most)}`}` : '–')),
        ]),
      ),
    );
  }
  if (journal.pooled) {
    const runs = runRows(journal).map(({ number, outcome, seed, took, reason }) =>
      [String(number), outcome, String(seed), took, reason].map(text),
    );
    out.push(table(['run', 'outcome', 'seed', 'took', 'why'], runs));
    const spreads = spreadRows(journal).map(({ title, bySide }) => [title, ...bySide].map(text));
    if (spreads.length > 0) out.push(table(['least / median / most', ...sides], spreads));
  }
  const took = formatDuration(Date.parse(journal.endedAt) - Date.parse(journal.startedAt));
  const { platform } = journal;
  out.push(
    `Repeat: ${code(journal.command)} · seed ${journal.seed} · ${text(platform.name)}, Kubernetes ${text(platform.kubernetes)}, Node ${text(platform.node)}, shoplab ${text(journal.shoplab)} · ${took}`,
  );
  return `${out.join('\n\n')}\n`;
}

function checkCell(check: Check, control: Check | undefined): string {
  const facts = [check.observed.text, intervalText(check), sampleText(check), differenceText(check, control)].filter(
    (fact) => fact !== undefined,
  );
  return `${verdictMarks[check.verdict]} **${verdictWords(check)}**<br>${facts.map(text).join('<br>')}`;
}

function findings(variants: VariantRecord[]): string[] {
  return variants.flatMap((variant) =>
    variant.checks
      .filter((check) => check.verdict !== 'pass')
      .map((check) =>
        [`**${variant.name}:** ${text(check.message)}`, ...(check.findings ?? []).map((finding) => `- ${text(finding)}`)].join('\n'),
      ),
  );
}

function errorLines(variant: VariantRecord): string[] {
  if (!variant.error) return [];
  const { message, hint, logs } = variant.error;
  return [
    `**${variant.name} did not run to its end:** ${text(message)}`,
    ...(hint ? [text(hint)] : []),
    ...(logs?.length ? [logs.map((line) => code(line)).join('<br>')] : []),
  ];
}
