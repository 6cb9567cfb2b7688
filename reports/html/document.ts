import type { Journal } from '../../experiments/engine/journal.ts';
import { outcomeMarks, outcomeWord } from '../check-words.ts';
import { chartsSection } from './charts-section.ts';
import { checksSection } from './checks-section.ts';
import { html } from './markup.ts';
import { numbersSection } from './numbers-section.ts';
import { pageOf } from './page.ts';
import { pooledSection } from './pooled-section.ts';
import { reproduceSection } from './reproduce-section.ts';
import { verdictSection } from './verdict-section.ts';
import { windowsSection } from './windows-section.ts';

/** The report of one run as a page. The same journal gives the same bytes. Without JavaScript it still says everything, as tables. */
export function renderHtml(journal: Journal): string {
  return pageOf({
    title: `${outcomeMarks[journal.outcome]} ${journal.experiment.name}: ${outcomeWord(journal)}`,
    hasCharts: journal.variants.some(({ series, events }) => series.length + events.length > 0),
    body: html`<a class="skip" href="#checks">Skip to the checks</a>
<main>
${verdictSection(journal)}
${checksSection(journal)}
${pooledSection(journal)}
${windowsSection(journal)}
${chartsSection(journal)}
${numbersSection(journal)}
${reproduceSection(journal)}
</main>`,
  });
}
