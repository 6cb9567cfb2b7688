import { formatNumber } from '../check-words.ts';
import type { Panel } from './chart-data.ts';
import { html, type Markup } from './markup.ts';

/** A table of more rows is read by nobody; longer ones tell stretches of time. */
const mostRows = 120;

/** The numbers behind a picture, for whom it is not there: each point, or for long runs the least and the most of each stretch of time. */
export function panelTable(side: string, panel: Panel): Markup {
  const rows = rowsOf(panel);
  const stretchS = rows.length > mostRows ? ((rows.at(-1)?.at ?? 0) - (rows[0]?.at ?? 0)) / mostRows : 0;
  const shown = stretchS === 0 ? rows : stretchesOf(rows, stretchS);
  const what = `${side}, ${panel.unit}`;
  const caption = stretchS === 0 ? what : `${what}: a row for each ${formatNumber(stretchS)} s, from the least to the most`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${what}"><table class="data"><caption>${caption}</caption>
<thead><tr><th scope="col">s</th>${panel.series.map((line) => html`<th scope="col">${line.title}</th>`)}</tr></thead>
<tbody>${shown.map(
    ({
      at,
      cells,
    }) => html`<tr><th scope="row">${formatNumber(at)}</th>${cells.map((values) => html`<td>${cellText(values, panel.levels)}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

interface Row {
  at: number;
  /** For each line what it was at that time, or in that stretch. */
  cells: number[][];
}

function rowsOf(panel: Panel): Row[] {
  const rows = new Map<number, Row>();
  panel.series.forEach((line, n) => {
    for (const [at, value] of line.points) {
      const row = rows.get(at) ?? { at, cells: panel.series.map(() => []) };
      if (value !== null) row.cells[n]?.push(value);
      rows.set(at, row);
    }
  });
  return [...rows.values()].sort((a, b) => a.at - b.at);
}

function stretchesOf(rows: Row[], lengthS: number): Row[] {
  const from = rows[0]?.at ?? 0;
  const stretches = new Map<number, Row>();
  for (const { at, cells } of rows) {
    const n = Math.min(mostRows - 1, Math.floor((at - from) / lengthS));
    const stretch = stretches.get(n) ?? { at: from + n * lengthS, cells: cells.map(() => []) };
    for (const [line, values] of cells.entries()) stretch.cells[line]?.push(...values);
    stretches.set(n, stretch);
  }
  return [...stretches.values()];
}

function cellText(values: number[], levels: string[] | undefined): string {
  if (values.length === 0) return '–';
  const show = (value: number): string => levels?.[value] ?? formatNumber(value);
  if (values.length === 1) return show(values[0] ?? 0);
  // Two at one time are a step: from the one to the other.
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return least === most ? show(least) : `${show(least)}–${show(most)}`;
}
