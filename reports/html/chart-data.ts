import type { Journal, Series, VariantRecord } from '../../experiments/engine/journal.ts';
import { thinOut } from './thin-out.ts';

/** What the script in the page draws: for each variant a stack of panels on one time axis. Times are seconds since the variant began. */
export interface ChartData {
  endS: number;
  variants: { faults: FaultWindow[]; panels: Panel[] }[];
}
export interface FaultWindow {
  /** A, B, …: what the charts and the words call it. */
  mark: string;
  label: string;
  fromS: number;
  bitS: number | null;
  toS: number;
}
/** Series of one unit. `max` is shared by the variants, so that a control and a treatment can be compared by eye. */
export interface Panel {
  unit: string;
  max: number;
  /** Names of the values 0, 1, 2, … where they stand for states. */
  levels?: string[];
  series: Line[];
}
export interface Line {
  title: string;
  /** What the line means decides how it is drawn: errors are not to look like any other line. */
  tone: 'error' | 'plain';
  /** A count that stays until it changes is drawn in steps. */
  isStepped: boolean;
  points: [atS: number, value: number | null][];
}

/** So many points are drawn on a page, shared by its lines: a page stays small however long the run was. */
const mostPoints = 18_000;
const mostOfALine = 1000;
/** First what users feel, then what the cluster does; other units in between, as they come. */
const order = ['requests/s', 'ms', 'Pods'];
const last = ['failed probes', 'restarts'];
/** Counts of what should not be: worth a line only where there is one. */
const isTally = (unit: string): boolean => last.includes(unit);

/** Panels by unit; every variant gets the same ones in the same order. */
export function computeChartData(journal: Journal): ChartData {
  const quiet = new Set(quietSeries(journal).map(({ id }) => id));
  const drawn = journal.variants.map((variant) => variant.series.filter(({ id }) => !quiet.has(id)));
  const panels = panelsOf(drawn.flat());
  const endS = Math.max(1, ...journal.variants.map((variant) => sinceS(variant, variant.endedAt)), ...journal.variants.flatMap(lastPointS));
  const most = Math.min(mostOfALine, Math.floor(mostPoints / Math.max(1, drawn.flat().length)));
  return {
    endS,
    variants: journal.variants.map((variant, n) => ({
      faults: faultWindows(variant, endS),
      panels: panels.map(({ key, unit, levels, max }) => ({
        unit,
        max,
        ...(levels && { levels }),
        series: (drawn[n] ?? []).filter((series) => keyOf(series) === key).map((series) => lineOf(series, most)),
      })),
    })),
  };
}

/** Tallies that stayed at 0 in every variant: told in a sentence, not drawn. */
export function quietSeries(journal: Journal): Series[] {
  const all = journal.variants.flatMap((variant) => variant.series.filter(({ unit }) => isTally(unit)));
  const loud = new Set(all.filter(({ points }) => points.some(([, value]) => value !== null && value !== 0)).map(({ id }) => id));
  return [...new Map(all.filter(({ id }) => !loud.has(id)).map((series) => [series.id, series])).values()];
}

/** When the faults were in, in seconds; one that was never undone lasts to the end. */
export function faultWindows(variant: VariantRecord, endS: number): FaultWindow[] {
  return variant.faults.map((fault, n) => ({
    mark: String.fromCharCode(65 + (n % 26)),
    label: `${fault.fault}, ${fault.target}`,
    fromS: sinceS(variant, fault.injectedAt),
    bitS: fault.bitAt === null ? null : sinceS(variant, fault.bitAt),
    toS: fault.undoneAt === null ? endS : sinceS(variant, fault.undoneAt),
  }));
}

/** Seconds from the variant's beginning. */
export function sinceS(variant: VariantRecord, at: string): number {
  const ms = Date.parse(at) - Date.parse(variant.startedAt);
  return Number.isFinite(ms) ? ms / 1000 : 0;
}

function panelsOf(all: Series[]): { key: string; unit: string; levels?: string[]; max: number }[] {
  const first = new Map<string, Series>();
  for (const series of all) if (!first.has(keyOf(series))) first.set(keyOf(series), series);
  const rank = ({ unit, levels }: Series): number =>
    last.includes(unit) ? 100 + last.indexOf(unit) : levels ? 10 : order.includes(unit) ? order.indexOf(unit) : 50;
  return [...first]
    .sort(([, a], [, b]) => rank(a) - rank(b))
    .map(([key, { unit, levels }]) => ({
      key,
      unit,
      ...(levels && { levels }),
      max: levels ? levels.length - 1 : highest(all.filter((series) => keyOf(series) === key)),
    }));
}

/** Lines of one unit share a panel; states only where they have the same names. */
const keyOf = ({ unit, levels }: Series): string => JSON.stringify([unit, levels ?? null]);

const lineOf = ({ id, title, unit, levels, points }: Series, most: number): Line => ({
  title,
  tone: /error|fail|lost|dropped/i.test(id) && !isTally(unit) ? 'error' : 'plain',
  isStepped: unit === 'Pods' || isTally(unit) || levels !== undefined,
  points: thinOut(points, most).map(([atMs, value]) => [atMs / 1000, value]),
});

const lastPointS = (variant: VariantRecord): number[] => variant.series.map((series) => (series.points.at(-1)?.[0] ?? 0) / 1000);
const highest = (all: Series[]): number =>
  all.reduce((top, series) => series.points.reduce((most, [, value]) => Math.max(most, value ?? 0), top), 0) || 1;
