import type { Series } from '../experiments/engine/journal.ts';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * A line as text: the most of each stretch of time from 0 to `endMs`, against `max`; a stretch without a value is `·`. A count that stays
 * until it changes (`isStepped`) goes on through stretches without a point.
 */
export function sparkline(points: Series['points'], endMs: number, max: number, width = 24, isStepped = false): string {
  const most: (number | null)[] = Array.from({ length: width }, () => null);
  const stretchOf = (atMs: number): number => Math.min(width - 1, Math.max(0, Math.floor((atMs / Math.max(1, endMs)) * width)));
  let [former, formerStretch]: [number | null, number] = [null, 0];
  for (const [atMs, value] of points) {
    const stretch = stretchOf(atMs);
    if (isStepped && former !== null) for (let n = formerStretch; n < stretch; n += 1) most[n] = Math.max(most[n] ?? former, former);
    if (value !== null) most[stretch] = Math.max(most[stretch] ?? value, value);
    [former, formerStretch] = [value, stretch + 1];
  }
  return most.map((value) => (value === null ? '·' : (bars[levelOf(value, max)] ?? '█'))).join('');
}

/** Any value above 0 stands above the lowest bar, so that one failure among thousands is seen. */
const levelOf = (value: number, max: number): number =>
  value <= 0 || max <= 0 ? 0 : Math.max(1, Math.min(bars.length - 1, Math.round((value / max) * (bars.length - 1))));

/** Where something was going on, under a sparkline of the same width: `░` while a fault is in. */
export function windowLine(windows: { fromMs: number; toMs: number }[], endMs: number, width = 24): string {
  const lengthMs = Math.max(1, endMs) / width;
  return Array.from({ length: width }, (_, n) =>
    windows.some(({ fromMs, toMs }) => fromMs < (n + 1) * lengthMs && toMs >= n * lengthMs) ? '░' : '·',
  ).join('');
}
