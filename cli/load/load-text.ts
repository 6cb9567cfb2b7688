import { Chalk } from 'chalk';
import type { LoadSummary } from '../../experiments/load/load-summary.ts';
import { isClose, type JudgedThreshold } from '../../experiments/load/thresholds.ts';
import { formatDuration, formatNumber, formatQuantity, outcomeMarks } from '../../reports/check-words.ts';
import { sparkline } from '../../reports/sparkline.ts';
import { outcomeInk, visible } from '../../reports/terminal-text.ts';
import { wrap } from '../../reports/text-table.ts';
import { describeCourse } from '../describe-course.ts';

const count = (value: number): string => value.toLocaleString('en-US');
const ms = (value: number): string => formatQuantity(value, 'ms');
/** `12 ms to 15 ms`; where a sample does not bound one side, the other alone. */
function span({ low, high }: { low: number | null; high: number | null }, figure: (value: number) => string): string {
  if (low !== null && high !== null) return `${figure(low)} to ${figure(high)}`;
  if (low !== null) return `${figure(low)} or more`;
  return high === null ? 'unknown, of so few' : `${figure(high)} or less`;
}
const label = (name: string): string => `  ${name.padEnd(14)}`;
const sparklineWidth = 48;

/** What came of a load, for a terminal; plain text unless colour is asked for. */
export function renderLoad(summary: LoadSummary, { colour = false, width = 100 } = {}): string {
  const paint = new Chalk({ level: colour ? 1 : 0 });
  const { latencyMs, latencyIntervalsMs: intervals, latenessMs, failedShare } = summary;
  const { executor, settings } = summary;
  const heading = `${summary.method} ${summary.url}: ${describeCourse({ executor, ...settings })}, seed ${summary.seed}`;
  const out = [
    ...wrap(visible(heading), width),
    '',
    `${label('requests')}${count(summary.requests)} in ${formatDuration(summary.sendingMs)}, ${formatNumber(summary.requestsPerSecond)}/s`,
  ];
  if (failedShare) {
    const { value, low, high } = failedShare;
    const share = (part: number) => formatQuantity(part, undefined, true);
    out.push(
      `${label('failed')}${share(value)} (${count(summary.failed)} of ${count(summary.requests)}); 95 % interval ${share(low)} to ${share(high)}`,
    );
  }
  for (const [name, times] of byCount(summary.errors)) out.push(`${label('')}${count(times)} ${visible(name)}`);
  if (latencyMs && intervals) {
    out.push(`${label('latency')}mean ${ms(latencyMs.mean)}, from ${ms(latencyMs.min)} to ${ms(latencyMs.max)}`);
    for (const p of ['p50', 'p90', 'p95', 'p99'] as const)
      out.push(`${label('')}${p} ${ms(latencyMs[p]).padEnd(10)} 95 % interval ${span(intervals[p], ms)}`);
  }
  if (latenessMs) out.push(`${label('sent late')}p99 ${ms(latenessMs.p99)}, at most ${ms(latenessMs.max)}`);
  if (summary.dropped > 0) out.push(`${label('never sent')}${count(summary.dropped)}`);
  out.push(`${label('received')}${formatNumber(summary.bytes / 1000)} kB`);
  out.push(...overTime(summary));
  for (const reason of [summary.saturated, summary.busyLoader])
    if (reason !== null) out.push(...folded(`! ${reason}`, width).map((line) => paint.yellow(line)));
  if (summary.thresholds.length > 0) out.push('');
  for (const threshold of summary.thresholds)
    out.push(...folded(thresholdLine(threshold), width).map((line) => (threshold.holds ? paint.green(line) : paint.red(line))));
  const interrupted = summary.interrupted === null ? '' : ` (ended early by ${summary.interrupted})`;
  const verdict = `${outcomeMarks[summary.outcome]} ${summary.outcome}${interrupted}: ${summary.reason}`;
  out.push('', ...wrap(visible(verdict), width).map((line) => outcomeInk(paint)[summary.outcome](line)));
  return `${out.join('\n')}\n`;
}

function thresholdLine(threshold: JudgedThreshold): string {
  const { text, observed, interval, holds } = threshold;
  const seen = observed === null ? 'nothing was measured' : figure(threshold, observed);
  const around = interval ? `; 95 % interval ${span(interval, (value) => figure(threshold, value))}` : '';
  return `${holds ? '✓' : '✗'} ${text}: ${seen}${around}${isClose(threshold) ? ': too close to call, another run may come out otherwise' : ''}`;
}

function figure({ metric, aggregation }: JudgedThreshold, value: number): string {
  if (metric === 'http_req_failed') return formatQuantity(value, undefined, true);
  if (metric === 'http_reqs' || metric === 'iterations' || metric === 'dropped_iterations')
    return aggregation === 'rate' ? `${formatNumber(value)}/s` : count(value);
  return ms(value);
}

/** Throughput, failures and p95 over the seconds, where there are enough for a line. */
function overTime({ series }: LoadSummary): string[] {
  if (series.length < 3) return [];
  const endMs = 1000 * ((series.at(-1)?.second ?? 0) + 1);
  const line = (name: string, unit: string, value: (one: LoadSummary['series'][number]) => number | null): string => {
    const points = series.map((one): [number, number | null] => [1000 * one.second, value(one)]);
    const most = Math.max(...points.map(([, seen]) => seen ?? 0));
    const across = Math.min(sparklineWidth, series.length);
    return `${label(name)}${sparkline(points, endMs, most, across)} up to ${formatQuantity(most, unit)}`;
  };
  return [
    line('requests/s', '', ({ requests }) => requests),
    ...(series.some(({ failed }) => failed > 0) ? [line('failed/s', '', ({ failed }) => failed)] : []),
    line('p95', 'ms', ({ p95 }) => p95),
  ];
}

const folded = (text: string, width: number): string[] =>
  wrap(visible(text), width - 4).map((line, n) => `${n === 0 ? '  ' : '    '}${line}`);
const byCount = (counts: Record<string, number>): [string, number][] => Object.entries(counts).sort(([, a], [, b]) => b - a);
