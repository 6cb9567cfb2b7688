import type { Journal, LoadRecord, VariantRecord } from '../../experiments/engine/journal.ts';
import { formatDuration, formatQuantity } from '../check-words.ts';
import { pairById } from '../pair-by-id.ts';
import { html, type Markup } from './markup.ts';

/** Numbers beside the checks: what was measured, what the load generator says of itself, and where the time went. */
export function numbersSection(journal: Journal): Markup {
  const { variants } = journal;
  const measured = pairById(variants, (variant) => variant.measurements).map(({ first, bySide }) => ({
    title: first.title,
    cells: bySide.map((one) => (one?.value == null ? '–' : formatQuantity(one.value, one.unit))),
  }));
  const loads = pairById(variants, (variant) => variant.loads.map((load) => ({ ...load, id: load.scenario }))).flatMap(
    ({ first, bySide }) =>
      loadRows(bySide).map((row) => ({
        ...row,
        title: variants.some((variant) => variant.loads.length > 1) ? `${first.scenario}: ${row.title}` : row.title,
      })),
  );
  return html`<section id="numbers" class="numbers">
<div>
${measured.length > 0 && html`<h2>Measured</h2>${sidesTable('Measurements', variants, measured)}`}
${variants.some((variant) => variant.phases.length > 0) && html`<h2>Where the time went</h2>${phasesTable(variants)}`}
</div>
${loads.length > 0 && html`<div><h2>Load</h2>${sidesTable('Load generator', variants, loads)}${variants.map(declaredLoad)}</div>`}
</section>`;
}

/** What the loader was told, word for word; folded, for it is long and seldom asked. */
function declaredLoad({ name, loads }: VariantRecord): Markup | undefined {
  if (loads.length === 0) return undefined;
  return html`<details><summary>The load as declared, ${name}</summary>${loads.map(
    ({ scenario, settings }) => html`<pre tabindex="0" aria-label="${scenario}, ${name}">${scenario}
${Object.entries(settings).map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}\n`)}</pre>`,
  )}</details>`;
}

function loadRows(loads: (LoadRecord | undefined)[]): { title: string; cells: string[] }[] {
  const row = (title: string, of: (load: LoadRecord) => string | undefined): { title: string; cells: string[] } => ({
    title,
    cells: loads.map((load) => (load && of(load)) ?? '–'),
  });
  const ms = (value: number | undefined): string | undefined => (value === undefined ? undefined : formatQuantity(value, 'ms'));
  return [
    row('executor', (load) => load.executor),
    row('requests', (load) => String(load.requests)),
    row('succeeded', (load) => String(load.succeeded)),
    row(
      'errors',
      (load) =>
        Object.entries(load.errors)
          .map(([name, count]) => `${count} ${name}`)
          .join(', ') || 'none',
    ),
    row('latency p50', (load) => ms(load.latencyMs?.p50)),
    row('latency p95', (load) => ms(load.latencyMs?.p95)),
    row('latency p99', (load) => ms(load.latencyMs?.p99)),
    row('latency at most', (load) => ms(load.latencyMs?.max)),
    row('sent late by (p99)', (load) => ms(load.latenessMs?.p99)),
    row('never sent', (load) => String(load.dropped)),
    row('kept its promise', (load) => load.saturated ?? 'yes'),
  ];
}

function sidesTable(caption: string, variants: VariantRecord[], rows: { title: string; cells: (string | Markup)[] }[]): Markup {
  return html`<table class="data sides"><caption class="unseen">${caption}</caption>
<thead><tr><th scope="col"><span class="unseen">what</span></th>${variants.map((variant) => html`<th scope="col">${variant.name}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ title, cells }) => html`<tr><th scope="row">${title}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table>`;
}

function phasesTable(variants: VariantRecord[]): Markup {
  const lasted = (phase: { startedAt: string; endedAt: string }): number =>
    Math.max(0, Date.parse(phase.endedAt) - Date.parse(phase.startedAt)) || 0;
  const sums = variants.map((variant) => {
    const sum = new Map<string, number>();
    for (const phase of variant.phases) sum.set(phase.name, (sum.get(phase.name) ?? 0) + lasted(phase));
    return sum;
  });
  const names = [...new Set(sums.flatMap((sum) => [...sum.keys()]))];
  const longest = Math.max(1, ...sums.flatMap((sum) => [...sum.values()]));
  const cell = (ms: number | undefined): string | Markup =>
    ms === undefined ? '–' : html`${formatDuration(ms)}<span class="bar" style="width:${((ms / longest) * 100).toFixed(1)}%"></span>`;
  return sidesTable(
    'Phases',
    variants,
    names.map((name) => ({ title: name, cells: sums.map((sum) => cell(sum.get(name))) })),
  );
}
