import type { EventRecord, VariantRecord } from '../../experiments/engine/journal.ts';
import { formatNumber } from '../check-words.ts';
import { sinceS } from './chart-data.ts';
import { html, type Markup } from './markup.ts';

/** Where on the time axis something was said; the table below has the words. */
export function eventLane(variant: VariantRecord, endS: number): Markup | undefined {
  if (variant.events.length === 0) return undefined;
  return html`<div class="lane" aria-hidden="true"><span class="unit">events</span><div class="ticks">${variant.events.map((event) => {
    const at = Math.min(100, Math.max(0, (sinceS(variant, event.at) / endS) * 100));
    return html`<i class="${eventLook(event)}" style="left:${at.toFixed(2)}%" title="${formatNumber(sinceS(variant, event.at))} s: ${event.reason} ${event.object}: ${event.message}"></i>`;
  })}</div></div>`;
}

/** All events in words. */
export function eventsTable(variant: VariantRecord): Markup | undefined {
  if (variant.events.length === 0) return undefined;
  return html`<details class="events"><summary>${variant.events.length} events</summary><div class="scroll" tabindex="0" role="group" aria-label="Events of ${variant.name}"><table class="data events"><caption>Events of ${variant.name}</caption>
<thead><tr><th scope="col">s</th><th scope="col">Type</th><th scope="col">Reason</th><th scope="col">Object and message</th></tr></thead>
<tbody>${variant.events.map(
    (
      event,
    ) => html`<tr class="${eventLook(event)}"><th scope="row">${formatNumber(sinceS(variant, event.at))}</th><td>${event.source === 'lab' ? 'lab' : event.type}</td><td>${event.reason}${(event.count ?? 1) > 1 && html` ×${event.count}`}</td><td><code>${event.object}</code> ${event.message}</td></tr>
`,
  )}</tbody></table></div></details>`;
}

const eventLook = (event: EventRecord): string => (event.source === 'lab' ? 'lab' : event.type === 'Warning' ? 'warning' : 'normal');
