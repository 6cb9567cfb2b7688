import type { Check } from '../../experiments/engine/journal.ts';
import { html, type Markup } from './markup.ts';

/** The interval as a line with the observation on it and the threshold across it. The text beside it says the same. */
export function intervalPicture(check: Check): Markup | undefined {
  const { interval, observed, threshold } = check;
  if (!interval || typeof observed.value !== 'number' || typeof threshold.value !== 'number') return undefined;
  const values = [interval.low, interval.high, observed.value, threshold.value];
  if (!values.every(Number.isFinite)) return undefined;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || Math.abs(high) || 1;
  const x = (value: number): string => (8 + ((value - low) / span) * 184).toFixed(1);
  const good = threshold.op.startsWith('>') ? { from: Number(x(threshold.value)), to: 200 } : { from: 0, to: Number(x(threshold.value)) };
  return html`<svg class="interval" viewBox="0 0 200 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">
<rect class="good" x="${good.from}" y="3" width="${(good.to - good.from).toFixed(1)}" height="14"/>
<line class="limit" x1="${x(threshold.value)}" x2="${x(threshold.value)}" y1="0" y2="20"/>
<line class="range" x1="${x(interval.low)}" x2="${x(interval.high)}" y1="10" y2="10"/>
<line class="range" x1="${x(interval.low)}" x2="${x(interval.low)}" y1="6" y2="14"/><line class="range" x1="${x(interval.high)}" x2="${x(interval.high)}" y1="6" y2="14"/>
<rect class="seen" x="${(Number(x(observed.value)) - 2).toFixed(1)}" y="6" width="4" height="8"/>
</svg>`;
}
