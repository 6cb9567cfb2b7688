import type { Journal, VariantRecord } from '../../experiments/engine/journal.ts';
import { formatNumber } from '../check-words.ts';
import { type ChartData, computeChartData, type FaultWindow, type Panel } from './chart-data.ts';
import { eventLane, eventsTable } from './events.ts';
import { html, type Markup, scriptJson } from './markup.ts';

/** What happened over time: control beside treatment on the same scales, the fault's window over every panel, events below, tables behind. */
export function chartsSection(journal: Journal): Markup | undefined {
  const data = computeChartData(journal);
  const drawn = data.variants.some((variant) => variant.panels.length > 0);
  if (!drawn && journal.variants.every((variant) => variant.events.length === 0)) return undefined;
  return html`<section id="over-time">
<h2>Over time</h2>
<p class="muted">Seconds since the variant began; control and treatment share their scales. Hatched: the fault is in; the dashed line: its effect was first seen.</p>
<div class="variants">
${journal.variants.map((variant, n) => variantCharts(variant, n, data))}
</div>
<script type="application/json" id="chart-data">${scriptJson(data)}</script>
</section>`;
}

function variantCharts(variant: VariantRecord, n: number, data: ChartData): Markup {
  const { faults = [], panels = [] } = data.variants[n] ?? {};
  return html`<div class="variant" style="--rows:${panels.length + 5}">
<h3>${variant.name}</h3>
<div class="faults">${faults.map(faultLine)}</div>
${panels.map((panel, p) => panelFigure(variant, panel, n, p))}
${eventLane(variant, data.endS)}
${eventsTable(variant)}
${panels.length > 0 && html`<details><summary>The numbers behind the charts</summary>${panels.map((panel) => panelTable(variant, panel))}</details>`}
</div>`;
}

const faultLine = ({ label, fromS, bitS, toS }: FaultWindow): Markup => {
  const seen = bitS === null ? 'no effect seen' : `effect seen at ${formatNumber(bitS)} s`;
  const over = toS === bitS ? 'the cluster heals it' : `out at ${formatNumber(toS)} s`;
  return html`<p class="fault"><span class="hatch" aria-hidden="true"></span>${label}: in at ${formatNumber(fromS)} s, ${seen}, ${over}</p>`;
};

function panelFigure(variant: VariantRecord, panel: Panel, n: number, p: number): Markup {
  const named = panel.series.map((line) => line.title).join(', ') || 'nothing recorded';
  return html`<figure class="panel" data-variant="${n}" data-panel="${p}">
<figcaption><span class="unit">${panel.unit}</span>${panel.series.map((line, s) => html`<span class="key"><svg class="swatch" viewBox="0 0 24 8" aria-hidden="true" focusable="false"><line x1="0" x2="24" y1="4" y2="4" class="line-${lineClass(panel, s)}"/></svg>${line.title} <output data-series="${s}"></output></span>`)}</figcaption>
<div class="plot" role="img" aria-label="${variant.name}: ${named} in ${panel.unit} over time; ${rangeWords(panel)}"></div>
</figure>`;
}

/** Number of the line's look: the same in the key here and in the script. */
const lineClass = (panel: Panel, s: number): string =>
  panel.series[s]?.tone === 'error' ? 'error' : String(panel.series.slice(0, s).filter((line) => line.tone !== 'error').length % 4);

function rangeWords(panel: Panel): string {
  const words = panel.series.map((line) => {
    const values = line.points.flatMap(([, value]) => (value === null ? [] : [value]));
    return values.length === 0
      ? `${line.title} has no values`
      : `${line.title} from ${formatNumber(least(values))} to ${formatNumber(most(values))}`;
  });
  return words.join('; ');
}
const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b));
const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b));

function panelTable(variant: VariantRecord, panel: Panel): Markup {
  const rows = new Map<number, (number | null | undefined)[]>();
  panel.series.forEach((line, s) => {
    for (const [at, value] of line.points) {
      const row = rows.get(at) ?? panel.series.map(() => undefined);
      row[s] = value;
      rows.set(at, row);
    }
  });
  const sorted = [...rows].sort(([a], [b]) => a - b);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${variant.name}, ${panel.unit}"><table class="data"><caption>${variant.name}, ${panel.unit}</caption>
<thead><tr><th scope="col">s</th>${panel.series.map((line) => html`<th scope="col">${line.title}</th>`)}</tr></thead>
<tbody>${sorted.map(
    ([
      at,
      values,
    ]) => html`<tr><th scope="row">${formatNumber(at)}</th>${values.map((value) => html`<td>${value == null ? '–' : formatNumber(value)}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
