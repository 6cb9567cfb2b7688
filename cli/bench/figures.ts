import { cpus } from 'node:os';

/** One figure of a benchmark: all its readings, so that the reader sees how far they lie apart. */
export interface Figure {
  name: string;
  unit: string;
  readings: number[];
  /** What it is held against, measured in turn with it in the same run. */
  against?: { name: string; readings: number[] };
  goal?: Goal;
}

/** What a figure has to keep: a bound of its median or, where it is held against another, of the ratio of both. */
export interface Goal {
  of?: 'ratio';
  atLeast?: number;
  atMost?: number;
}

/** The value below which the share `p` (0..1) of the readings lies; NaN for none. */
export function percentile(readings: number[], p: number): number {
  const sorted = [...readings].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}

const shown = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toFixed(3));

/** One line of the table: minimum, median and maximum; beside it what it was paired with, and the ratio of the medians. */
export function line(figure: Figure): string {
  const { name, unit, readings, against } = figure;
  const of = (all: number[]): string => [0, 0.5, 1].map((p) => shown(percentile(all, p))).join(' / ');
  const pair = against ? `   ${against.name}: ${of(against.readings)}, ratio ${shown(ratioOf(figure))}` : '';
  return `${name.padEnd(44)} ${of(readings)} ${unit}${pair}${goalWords(figure)}`;
}

/** Whether it has none, or keeps it. */
export function keepsGoal({
  goal: { of, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = {},
  ...figure
}: Figure): boolean {
  const value = of === 'ratio' ? ratioOf(figure) : percentile(figure.readings, 0.5);
  return value >= atLeast && value <= atMost;
}

function ratioOf({ readings, against }: Figure): number {
  return percentile(readings, 0.5) / percentile(against?.readings ?? [], 0.5);
}

function goalWords(figure: Figure): string {
  if (!figure.goal) return '';
  const { of, atLeast, atMost } = figure.goal;
  const bounds = [atLeast !== undefined && `at least ${atLeast}`, atMost !== undefined && `at most ${atMost}`].filter(Boolean).join(', ');
  return `   (goal: ${of === 'ratio' ? 'ratio ' : ''}${bounds}${keepsGoal(figure) ? '' : ': MISSED'})`;
}

/** Where the figures were taken; without it they mean nothing. */
export const machine = (): string =>
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, ${process.platform} ${process.arch}`;
