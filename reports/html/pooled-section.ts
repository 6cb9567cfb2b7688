import type { Journal } from '../../experiments/engine/journal.ts';
import { runRows, spreadRows } from '../pooled-words.ts';
import { html, type Markup } from './markup.ts';

/** Where the journal sums up several runs: each of them, and how far they differ. */
export function pooledSection(journal: Journal): Markup | undefined {
  if (!journal.pooled) return undefined;
  const spreads = spreadRows(journal);
  return html`<section id="runs">
<h2>${journal.pooled.runs.length} runs</h2>
<p class="muted">Counts of rates are added up; everything else has to be as expected in every run. Charts and events are in the report of each run.</p>
<div class="checks-room"><table class="data events">
<caption class="unseen">The runs</caption>
<thead><tr><th scope="col">run</th><th scope="col">outcome</th><th scope="col">seed</th><th scope="col">took</th><th scope="col">why</th></tr></thead>
<tbody>${runRows(journal).map(
    ({ number, outcome, seed, took, reason, report }) =>
      html`<tr><th scope="row"><a href="${report}">${number}</a></th><td>${outcome}</td><td>${seed}</td><td>${took}</td><td>${reason}</td></tr>
`,
  )}</tbody></table></div>
${
  spreads.length > 0 &&
  html`<h2>How far they differ</h2>
<div class="checks-room"><table class="data sides"><caption class="unseen">Least, median and most of each number</caption>
<thead><tr><th scope="col">least / median / most</th>${journal.variants.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${spreads.map(
    ({ title, bySide }) => html`<tr><th scope="row">${title}</th>${bySide.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`
}
</section>`;
}
