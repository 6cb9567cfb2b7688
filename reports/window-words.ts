import type { ImpliedWindow } from '../experiments/engine/journal.ts';
import { formatNumber } from './check-words.ts';

/** How an observed time lies to the implied one, its tolerance allowed for. `never`: it did not happen. */
export function placeInWindow({ impliedMs, observedMs, toleranceMs }: ImpliedWindow): 'within' | 'earlier' | 'later' | 'never' {
  if (observedMs === null) return 'never';
  if (observedMs < impliedMs.low - toleranceMs) return 'earlier';
  return observedMs > impliedMs.high + toleranceMs ? 'later' : 'within';
}

/** `4.62 s, within 4 s to 6.1 s`, in every format. */
export function windowText(window: ImpliedWindow): string {
  const { impliedMs, observedMs, toleranceMs } = window;
  const implied = rangeText(impliedMs.low, impliedMs.high);
  const place = placeInWindow(window);
  if (observedMs === null || place === 'never') return `not seen; implied ${implied}`;
  const seen = timeText(observedMs);
  if (place === 'within') return `${seen}, within ${implied}`;
  const by = place === 'earlier' ? impliedMs.low - observedMs : observedMs - impliedMs.high;
  return `${seen}, ${timeText(by)} ${place} than ${implied} (tolerance ${timeText(toleranceMs)})`;
}

/** What the implied range is made of, a sentence for each setting. */
export const termTexts = ({ terms }: ImpliedWindow): string[] =>
  terms.map(({ title, lowMs, highMs }) => `${title}: ${rangeText(lowMs, highMs)}`);

export const rangeText = (lowMs: number, highMs: number): string =>
  lowMs === highMs ? timeText(lowMs) : `${timeText(lowMs)} to ${timeText(highMs)}`;

/** To the millisecond below a second, to the hundredth above: a window is compared to 250 ms. */
const timeText = (ms: number): string =>
  Math.abs(ms) < 1000 ? `${formatNumber(Math.round(ms))} ms` : `${formatNumber(Math.round(ms / 10) / 100)} s`;
