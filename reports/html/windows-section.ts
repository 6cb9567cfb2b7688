import type { ImpliedWindow, Journal } from '../../experiments/engine/journal.ts';
import { pairById } from '../pair-by-id.ts';
import { placeInWindow, termTexts, windowText } from '../window-words.ts';
import { html, Markup } from './markup.ts';

/** How long things took, beside how long the manifests say that they take: as bars, and in words. */
export function windowsSection(journal: Journal): Markup | undefined {
  const rows = pairById(journal.variants, (variant) => variant.windows ?? []);
  if (rows.length === 0) return undefined;
  return html`<section id="windows">
<h2>Observed beside implied</h2>
<p class="muted">What the settings in the manifests imply, and what was measured. The light part of a bar is the range that the settings leave open.</p>
<div class="checks-room"><table class="checks windows" role="table">
<caption class="unseen">Times that the manifests imply, and times observed</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">From, to</th>${journal.variants.map((variant) => html`<th role="columnheader" scope="col">${variant.name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map(({ first, bySide }) => {
  const endMs = Math.max(1, ...bySide.flatMap((one) => (one ? [one.impliedMs.high + one.toleranceMs, one.observedMs ?? 0] : [])));
  return html`<tr role="row"><th role="rowheader" scope="row"><span class="title">${first.title}</span></th>
${bySide.map((window, side) => windowCell(window, journal.variants[side]?.name ?? '', endMs))}</tr>
`;
})}</tbody>
</table></div>
</section>`;
}

function windowCell(window: ImpliedWindow | undefined, side: string, endMs: number): Markup {
  if (!window)
    return html`<td role="cell" class="absent"><span class="side">${side}</span><span class="muted">nothing implied here</span></td>`;
  const place = placeInWindow(window);
  return html`<td role="cell" class="${place === 'within' ? 'pass' : 'unsure'}"><span class="side">${side}</span>
<p class="observed">${windowText(window)}</p>
${bars(window, endMs)}
<ul class="terms">${termTexts(window).map((term) => html`<li>${term}</li>`)}</ul>
</td>`;
}

/** Two bars on one scale that begins at 0; the words above say the same. */
function bars({ impliedMs, observedMs, toleranceMs }: ImpliedWindow, endMs: number): Markup {
  const percent = (ms: number): string => `${((Math.max(0, ms) / endMs) * 100).toFixed(2)}%`;
  const style = (from: number, to: number): Markup => {
    const start = Math.max(0, from);
    return new Markup(`style="left:${percent(start)};width:${percent(to - start)}"`);
  };
  return html`<div class="bars" aria-hidden="true">
<span>implied</span><span class="track"><i class="sure" ${style(0, impliedMs.low)}></i><i class="open" ${style(impliedMs.low, impliedMs.high)}></i><i class="tolerance" ${style(impliedMs.low - toleranceMs, impliedMs.high + toleranceMs)}></i></span>
<span>observed</span><span class="track">${observedMs !== null && html`<i class="seen" ${style(0, observedMs)}></i>`}</span>
</div>`;
}
