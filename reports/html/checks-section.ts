import type { Check, CheckKind, Journal } from '../../experiments/engine/journal.ts';
import {
  capital,
  differenceText,
  intervalText,
  messageText,
  sampleText,
  thresholdText,
  verdictMarks,
  verdictWords,
} from '../check-words.ts';
import { foldHeld, heldText } from '../fold-held.ts';
import { controlOf, pairById } from '../pair-by-id.ts';
import { intervalPicture } from './interval-picture.ts';
import { html, type Markup } from './markup.ts';

/** Control beside treatment, check by check: first what was asked, then whether the evidence counts. */
export function checksSection(journal: Journal): Markup {
  const pairs = pairById(journal.variants, (variant) => variant.checks);
  const [asked, evidence] = [
    pairs.filter(({ first }) => first.kind === 'criterion'),
    pairs.filter(({ first }) => first.kind !== 'criterion'),
  ];
  const { told, held } = foldHeld(evidence);
  return html`<section id="checks" tabindex="-1">
<h2>Checks</h2>
${pairs.length === 0 && html`<p class="muted">The run ended before anything was checked.</p>`}
${asked.length > 0 && checksTable('What was asked of the system', asked, journal)}
${told.length > 0 && checksTable('Whether the evidence counts', told, journal)}
${held.length > 0 && html`<details class="held"><summary><span class="mark" aria-hidden="true">✓</span> ${capital(heldText(held) ?? '')}</summary>${checksTable('Steady state', held, journal)}</details>`}
</section>`;
}

function checksTable(caption: string, pairs: { first: Check; bySide: (Check | undefined)[] }[], journal: Journal): Markup {
  // Roles are said again because a narrow screen lays the table out as blocks, and with that its meaning would be lost.
  return html`<div class="checks-room"${journal.variants.length > 3 && html` style="--sides:${journal.variants.length}"`}><table class="checks" role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Check</th>${journal.variants.map((variant) => html`<th role="columnheader" scope="col">${variant.name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${pairs.map(
  ({
    first,
    bySide,
  }) => html`<tr role="row"><th role="rowheader" scope="row"><span class="title">${first.title}</span> <span class="threshold">${[kindWords[first.kind], thresholdText(first)].filter((part) => part).join(': ')}</span></th>
${bySide.map((check, side) => checkCell(check, journal.variants[side]?.name ?? '', controlOf(journal, bySide)))}</tr>
`,
)}</tbody>
</table></div>`;
}

function checkCell(check: Check | undefined, side: string, control: Check | undefined): Markup {
  if (!check) return html`<td role="cell" class="absent"><span class="side">${side}</span><span class="muted">not asked here</span></td>`;
  const findings = check.findings ?? [];
  return html`<td role="cell" class="${check.verdict}"><span class="side">${side}</span>
<p class="words"><span class="mark" aria-hidden="true">${verdictMarks[check.verdict]}</span>${verdictWords(check)}</p>
<p class="${typeof check.observed.value === 'number' ? 'observed number' : 'observed'}">${check.observed.text}</p>
${intervalPicture(check)}
${[intervalText(check), sampleText(check), differenceText(check, control)].map((fact) => fact !== undefined && html`<p class="sure">${fact}</p>`)}
${messageText(check) !== undefined && html`<p class="message">${messageText(check)}</p>`}
${findings.length > 0 && html`<details${check.verdict === 'fail' && html` open`}><summary>${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}</summary><ul>${findings.map((finding) => html`<li>${finding}</li>`)}</ul></details>`}
</td>`;
}

const kindWords: Record<CheckKind, string> = {
  criterion: '',
  'steady-state': 'before the load',
  fault: 'fault',
  load: 'load',
  guard: 'all the while',
  recovered: 'after the undo',
};
