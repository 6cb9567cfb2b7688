import type { Journal, VariantRecord } from '../../experiments/engine/journal.ts';
import { formatNumber } from '../check-words.ts';
import { type ChartData, computeChartData, type FaultWindow, type Panel, quietSeries } from './chart-data.ts';
import { eventLane, eventsTable } from './events.ts';
import { html, type Markup, scriptJson } from './markup.ts';
import { panelTable } from './panel-table.ts';

/** What happened over time: control beside treatment on the same scales, the fault's window over every panel, events below, tables behind. */
export function chartsSection(journal: Journal): Markup | undefined {
  const data = computeChartData(journal);
  const drawn = data.variants.some((variant) => variant.panels.length > 0);
  if (!drawn && journal.variants.every((variant) => variant.events.length === 0)) return undefined;
  const quiet = quietSeries(journal);
  return html`<section id="over-time">
<h2>Over time</h2>
<p class="muted">Seconds since the variant began; all share one time axis and, unit by unit, one scale. Hatched: the fault is in; the dashed line: its effect was first seen.${quiet.length > 0 && html` Nothing of this happened: ${quiet.map(({ title }) => title).join(', ')}.`}</p>
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
${panels.length > 0 && html`<details><summary>The numbers behind the charts</summary>${panels.map((panel) => panelTable(variant.name, panel))}</details>`}
</div>`;
}

const faultLine = ({ mark, label, fromS, bitS, toS }: FaultWindow): Markup => {
  const seen = bitS === null ? 'no effect seen' : `effect seen at ${formatNumber(bitS)} s`;
  const over = toS === bitS ? 'the cluster heals it' : `out at ${formatNumber(toS)} s`;
  return html`<p class="fault"><span class="hatch" aria-hidden="true">${mark}</span>${label}: in at ${formatNumber(fromS)} s, ${seen}, ${over}</p>`;
};

function panelFigure(variant: VariantRecord, panel: Panel, n: number, p: number): Markup {
  const named = panel.series.map((line) => line.title).join(', ') || 'nothing recorded';
  return html`<figure class="panel" data-variant="${n}" data-panel="${p}">
<figcaption><span class="unit">${panel.unit}</span>${panel.series.length === 0 && html`<span class="muted">nothing recorded here</span>`}${panel.series.map((line, s) => html`<span class="key"><svg class="swatch" viewBox="0 0 24 8" aria-hidden="true" focusable="false"><line x1="0" x2="24" y1="4" y2="4" class="line-${lineClass(panel, s)}"/></svg>${line.title} <output data-series="${s}"></output></span>`)}</figcaption>
<div class="plot" role="img" aria-label="${variant.name}: ${named} in ${panel.unit} over time; ${rangeWords(panel)}"></div>
</figure>`;
}

/** Number of the line's look: the same in the key here and in the script. */
const lineClass = (panel: Panel, s: number): string =>
  panel.series[s]?.tone === 'error' ? 'error' : String(panel.series.slice(0, s).filter((line) => line.tone !== 'error').length % 6);

function rangeWords(panel: Panel): string {
  const show = (value: number): string => panel.levels?.[value] ?? formatNumber(value);
  const words = panel.series.map((line) => {
    const values = line.points.flatMap(([, value]) => (value === null ? [] : [value]));
    return values.length === 0 ? `${line.title} has no values` : `${line.title} from ${show(least(values))} to ${show(most(values))}`;
  });
  return words.join('; ');
}
const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b));
const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b));
