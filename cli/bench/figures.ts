import { cpus } from 'node:os';

/** One figure of a benchmark: all its readings, so that the reader sees how far they lie apart. */
export interface Figure {
  name: string;
  unit: string;
  readings: number[];
  /** What it is held against, measured in turn with it in the same run. */
  against?: { name: string; readings: number[] };
  /** The bound that it has to keep, in words. */
  goal?: string;
}

/** The value below which the share `p` (0..1) of the readings lies; NaN for none. */
export function percentile(readings: number[], p: number): number {
  const sorted = [...readings].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}

const shown = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toFixed(3));

/** One line of the table: minimum, median and maximum; beside it what it was paired with, and the ratio of the medians. */
export function line({ name, unit, readings, against, goal }: Figure): string {
  const of = (all: number[]): string => [0, 0.5, 1].map((p) => shown(percentile(all, p))).join(' / ');
  const pair = against
    ? `   ${against.name}: ${of(against.readings)}, ratio ${shown(percentile(readings, 0.5) / percentile(against.readings, 0.5))}`
    : '';
  return `${name.padEnd(44)} ${of(readings)} ${unit}${pair}${goal ? `   (goal: ${goal})` : ''}`;
}

/** Where the figures were taken; without it they mean nothing. */
export const machine = (): string =>
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, ${process.platform} ${process.arch}`;
