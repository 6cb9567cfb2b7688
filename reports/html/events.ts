import type { EventRecord, VariantRecord } from '../../experiments/engine/journal.ts';
import { formatNumber } from '../check-words.ts';
import { sinceS } from './chart-data.ts';
import { html, type Markup } from './markup.ts';

/** More are in the journal; a page that lists them all is neither read nor small. */
const mostEvents = 300;
const lanes = [
  { look: 'lab', name: 'lab' },
  { look: 'warning', name: 'warnings' },
  { look: 'normal', name: 'events' },
] as const;

/** Where on the time axis something was said, one lane for each kind; the table below has the words. */
export function eventLane(variant: VariantRecord, endS: number): Markup | undefined {
  if (variant.events.length === 0) return undefined;
  return html`<div class="lanes" aria-hidden="true">${lanes.map(({ look, name }) => lane(variant, endS, look, name))}</div>`;
}

function lane(variant: VariantRecord, endS: number, look: string, name: string): Markup | undefined {
  const places = new Map<string, EventRecord[]>();
  for (const event of variant.events.filter((one) => eventLook(one) === look)) {
    const at = Math.min(100, Math.max(0, (sinceS(variant, event.at) / endS) * 100)).toFixed(1);
    places.set(at, [...(places.get(at) ?? []), event]);
  }
  if (places.size === 0) return undefined;
  return html`<div class="lane"><span class="unit">${name}</span><div class="ticks">${[...places].map(
    ([at, events]) => html`<i class="${look}" style="left:${at}%" title="${tickText(variant, events)}"></i>`,
  )}</div></div>`;
}

const tickText = (variant: VariantRecord, [first, ...more]: EventRecord[]): string =>
  first
    ? `${formatNumber(sinceS(variant, first.at))} s: ${first.reason} ${first.object}${more.length > 0 ? `, and ${more.length} more` : ''}`
    : '';

/** The events in words: all, or where there are very many, what the lab did, then warnings, then the others in order of time. */
export function eventsTable(variant: VariantRecord): Markup | undefined {
  const { events } = variant;
  if (events.length === 0) return undefined;
  const shown = mostTelling(events);
  const left = events.length - shown.length;
  return html`<details class="events"><summary>${events.length} events</summary><div class="scroll" tabindex="0" role="group" aria-label="Events of ${variant.name}"><table class="data events" role="table"><caption>Events of ${variant.name}${left > 0 && html`; ${left} more are in the journal`}</caption>
<thead role="rowgroup"><tr role="row">${['s', 'Type', 'Reason', 'Object and message'].map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${shown.map(
    (
      event,
    ) => html`<tr role="row" class="${eventLook(event)}"><th role="rowheader" scope="row">${formatNumber(sinceS(variant, event.at))}</th><td role="cell">${event.source === 'lab' ? 'lab' : event.type}</td><td role="cell">${event.reason}${(event.count ?? 1) > 1 && html` ×${event.count}`}</td><td role="cell"><code>${event.object}</code> ${event.message}</td></tr>
`,
  )}</tbody></table></div></details>`;
}

function mostTelling(events: EventRecord[]): EventRecord[] {
  if (events.length <= mostEvents) return events;
  const rank = (event: EventRecord): number => lanes.findIndex(({ look }) => look === eventLook(event));
  const kept = new Set([...events].sort((a, b) => rank(a) - rank(b)).slice(0, mostEvents));
  return events.filter((event) => kept.has(event));
}

const eventLook = (event: EventRecord): (typeof lanes)[number]['look'] =>
  event.source === 'lab' ? 'lab' : event.type === 'Warning' ? 'warning' : 'normal';
