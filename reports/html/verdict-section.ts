import type { Journal } from '../../experiments/engine/journal.ts';
import { blastRadiusText, capital, formatDuration, outcomeMarks, outcomeWord } from '../check-words.ts';
import { html, type Markup } from './markup.ts';

/** What a reader has to know first: whether it held, with the numbers, what was claimed, and what might be touched. */
export function verdictSection(journal: Journal): Markup {
  const { experiment, variants } = journal;
  const took = formatDuration(Date.parse(journal.endedAt) - Date.parse(journal.startedAt));
  return html`<header>
<p class="eyebrow">shoplab experiment <code>${experiment.name}</code></p>
<h1>${experiment.title}</h1>
</header>
<section class="verdict ${journal.outcome}" aria-label="Verdict">
<p class="outcome"><span class="mark" aria-hidden="true">${outcomeMarks[journal.outcome]}</span>${capital(outcomeWord(journal))}</p>
<p class="reason">${capital(journal.reason)}</p>
${journal.undoFailures.map((failure) => html`<p class="undo-failure"><strong>An undo failed:</strong> ${failure}</p>`)}
</section>
${variants.map(errorOf)}
<section aria-label="What was tried">
<dl class="facts">
<div class="wide"><dt>Blast radius</dt><dd>${blastRadiusText(journal)}</dd></div>
<div class="wide"><dt>Hypothesis</dt><dd>${journal.hypothesis}</dd></div>
${variants.map((variant) => html`<div><dt>${capital(variant.name)}</dt><dd>${variant.difference}</dd></div>`)}
<div><dt>When</dt><dd><time datetime="${journal.startedAt}">${journal.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time>, for ${took}</dd></div>
</dl>
</section>`;
}

function errorOf(variant: Journal['variants'][number]): Markup | undefined {
  if (!variant.error) return undefined;
  const { message, hint, logs = [] } = variant.error;
  return html`<section class="trouble">
<h2>${capital(variant.name)} did not run to its end</h2>
<p>${message}</p>
${hint !== undefined && html`<p>${hint}</p>`}
${logs.length > 0 && html`<pre tabindex="0" aria-label="Last lines of the log">${logs.join('\n')}</pre>`}
</section>`;
}
