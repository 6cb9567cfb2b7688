import type { Journal, Series, VariantRecord } from '../../experiments/engine/journal.ts';

/** What the script in the page draws: for each variant a stack of panels on one time axis. Times are seconds since the variant began. */
export interface ChartData {
  endS: number;
  variants: { faults: FaultWindow[]; panels: Panel[] }[];
}
export interface FaultWindow {
  label: string;
  fromS: number;
  bitS: number | null;
  toS: number;
}
/** Series of one unit. `max` is shared by the variants, so that a control and a treatment can be compared by eye. */
export interface Panel {
  unit: string;
  max: number;
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

/** Panels by unit, in the order in which units first appear; every variant gets the same ones. */
export function computeChartData(journal: Journal): ChartData {
  const units = [...new Set(journal.variants.flatMap((variant) => variant.series.map((series) => series.unit)))];
  const endS = Math.max(1, ...journal.variants.map((variant) => sinceS(variant, variant.endedAt)), ...journal.variants.flatMap(lastPointS));
  const max = new Map(
    units.map((unit) => [unit, highest(journal.variants.flatMap((variant) => variant.series.filter((series) => series.unit === unit)))]),
  );
  return {
    endS,
    variants: journal.variants.map((variant) => ({
      faults: faultWindows(variant, endS),
      panels: units.map((unit) => ({
        unit,
        max: max.get(unit) ?? 1,
        series: variant.series.filter((series) => series.unit === unit).map(lineOf),
      })),
    })),
  };
}

/** When the faults were in, in seconds; one that was never undone lasts to the end. */
export function faultWindows(variant: VariantRecord, endS: number): FaultWindow[] {
  return variant.faults.map((fault) => ({
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

const lineOf = ({ id, title, unit, points }: Series): Line => ({
  title,
  tone: /error|fail|lost|dropped/i.test(id) ? 'error' : 'plain',
  isStepped: unit === 'Pods',
  points: points.map(([atMs, value]) => [atMs / 1000, value]),
});

const lastPointS = (variant: VariantRecord): number[] => variant.series.map((series) => (series.points.at(-1)?.[0] ?? 0) / 1000);
const highest = (all: Series[]): number =>
  all.reduce((top, series) => series.points.reduce((most, [, value]) => Math.max(most, value ?? 0), top), 0) || 1;
