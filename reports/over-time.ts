import type { Journal, Series } from '../experiments/engine/journal.ts';
import { formatQuantity } from './check-words.ts';
import { pairById } from './pair-by-id.ts';
import { sparkline, windowLine } from './sparkline.ts';

export interface OverTimeRow {
  title: string;
  /** In the order of the variants: the line, and its most in words; undefined where there is none. */
  bySide: ({ line: string; most: string } | undefined)[];
}

/** What happened over time, as text: a line for each series on one time axis, and one for the faults. Tallies that stayed at 0 are left out. */
export function overTimeRows(journal: Journal, width = 24): OverTimeRow[] {
  const { variants } = journal;
  const endMs = Math.max(
    1,
    ...variants.map(({ startedAt, endedAt }) => Date.parse(endedAt) - Date.parse(startedAt) || 0),
    ...variants.flatMap(({ series }) => series.map(({ points }) => points.at(-1)?.[0] ?? 0)),
  );
  const rows = pairById(variants, ({ series }) => series).flatMap(({ first, bySide }): OverTimeRow[] => {
    const max = Math.max(0, ...bySide.map(mostOf));
    if (max === 0 && isTally(first)) return [];
    const isStepped = isTally(first) || first.unit === 'Pods' || first.levels !== undefined;
    const tell = (series: Series): { line: string; most: string } => {
      const most = mostOf(series);
      return {
        line: sparkline(series.points, endMs, max, width, isStepped),
        most: series.levels?.[most] ?? formatQuantity(most, series.unit),
      };
    };
    return [{ title: first.title, bySide: bySide.map((series) => series && tell(series)) }];
  });
  const faults = variants.map(({ faults: all, startedAt }) =>
    all.map(({ injectedAt, undoneAt }) => ({
      fromMs: Date.parse(injectedAt) - Date.parse(startedAt),
      toMs: undoneAt === null ? endMs : Date.parse(undoneAt) - Date.parse(startedAt),
    })),
  );
  if (rows.length === 0 || faults.every((all) => all.length === 0)) return rows;
  return [{ title: 'fault', bySide: faults.map((all) => ({ line: windowLine(all, endMs, width), most: '' })) }, ...rows];
}

const isTally = ({ unit }: Series): boolean => unit === 'restarts' || unit === 'failed probes';
const mostOf = (series: Series | undefined): number => (series?.points ?? []).reduce((most, [, value]) => Math.max(most, value ?? 0), 0);
