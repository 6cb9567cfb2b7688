import type { Journal } from '../../experiments/engine/journal.ts';
import { formatDuration, outcomeMarks, outcomeWord } from '../check-words.ts';
import { html, type Markup } from '../html/markup.ts';
import { pageOf } from '../html/page.ts';
import { checksAsExpected, decideSuite, phaseSums, type Suite, tellingCheck, timeSentence, tookMs } from './suite.ts';

/** An index page over the reports that lie beside it: what passed, what did not and why, and where the time went. */
export function renderSuiteHtml(suite: Suite): string {
  const { outcome, sentence } = decideSuite(suite);
  const { journals } = suite;
  const [first, last] = [journals[0]?.startedAt, journals.at(-1)?.endedAt];
  const title = `${outcomeMarks[outcome]} shoplab: ${sentence}`;
  return pageOf({
    title,
    body: html`<main>
<header>
<p class="eyebrow">shoplab suite${first !== undefined && last !== undefined && html`, <time datetime="${first}">${dateText(first)}</time> to <time datetime="${last}">${dateText(last)}</time>`}</p>
<h1>${journals.length} ${journals.length === 1 ? 'experiment' : 'experiments'}</h1>
</header>
<section class="verdict ${outcome}" aria-label="Verdict">
<p class="outcome"><span class="mark" aria-hidden="true">${outcomeMarks[outcome]}</span>${outcome}</p>
<p class="reason">${sentence}.</p>
${suite.leftOut.map((one) => html`<p class="undo-failure"><strong>Left out:</strong> ${one}</p>`)}
</section>
<section aria-label="Experiments">
<ul class="suite">
${journals.map(experimentItem)}
</ul>
</section>
${journals.length > 0 && timeSection(suite)}
</main>`,
  });
}

function experimentItem(journal: Journal): Markup {
  const { experiment, outcome, reason, undoFailures } = journal;
  const { passed, all } = checksAsExpected(journal);
  const told = tellingCheck(journal);
  return html`<li class="${outcome}">
<h2><span class="mark" aria-hidden="true">${outcomeMarks[outcome]}</span><a href="${encodeURIComponent(experiment.name)}.html">${experiment.title}</a></h2>
<p class="muted"><code>${experiment.name}</code> <strong class="word">${outcomeWord(journal)}</strong>, ${passed} of ${all} checks as they had to be, ${formatDuration(tookMs(journal))}</p>
<p class="reason">${reason}</p>
${undoFailures.map((failure) => html`<p class="undo-failure"><strong>An undo failed:</strong> ${failure}</p>`)}
${
  told !== undefined &&
  html`<dl class="told"><div class="wide"><dt>What tells them apart</dt><dd>${told.title}</dd></div><div><dt>Control</dt><dd class="number">${told.by.control}</dd></div><div><dt>Treatment</dt><dd class="number">${told.by.treatment}</dd></div></dl>`
}
</li>
`;
}

function timeSection(suite: Suite): Markup {
  const phases = phaseSums(suite);
  const longest = Math.max(1, ...phases.map(({ ms }) => ms));
  return html`<section id="time" class="narrow">
<h2>Where the time went</h2>
<p>The suite ${timeSentence(suite)}.</p>
<table class="data sides"><caption class="unseen">Phases of all experiments</caption>
<thead><tr><th scope="col">phase</th><th scope="col">all experiments</th></tr></thead>
<tbody>${phases.map(
    ({ name, ms }) =>
      html`<tr><th scope="row">${name}</th><td>${formatDuration(ms)}<span class="bar" style="width:${((ms / longest) * 100).toFixed(1)}%"></span></td></tr>
`,
  )}</tbody></table>
</section>`;
}

const dateText = (at: string): string => at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
