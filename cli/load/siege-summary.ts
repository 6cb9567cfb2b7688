import type { EndedLoad } from '../../experiments/load/load-run.ts';
import type { ShownExchange } from '../../experiments/load/loader-message.ts';

const MB = 1024 * 1024;

/**
 * The block that siege ends with, line by line as siege 4 prints it (its json_output off). Times are in seconds; a transaction is an answer below
 * 400, and concurrency the sum of all their times by the time that went by.
 */
export function siegeSummary({ tally, elapsedMs }: EndedLoad): string {
  const seconds = elapsedMs / 1000;
  const per = (amount: number): number => (seconds > 0 ? amount / seconds : 0);
  const { succeeded, failed, bytes } = tally;
  const hits = succeeded.count;
  const rows: [label: string, value: string, unit: string][] = [
    ['Transactions', String(hits), ' hits'],
    ['Availability', fixed(tally.requests === 0 ? 0 : (100 * hits) / tally.requests), ' %'],
    ['Elapsed time', fixed(seconds), ' secs'],
    ['Data transferred', fixed(bytes / MB), ' MB'],
    ['Response time', fixed(hits === 0 ? 0 : succeeded.total / hits / 1000), ' secs'],
    ['Transaction rate', fixed(per(hits)), ' trans/sec'],
    ['Throughput', fixed(per(bytes / MB)), ' MB/sec'],
    ['Concurrency', fixed(per(succeeded.total / 1000)), ''],
    ['Successful transactions', String(hits), ''],
    ['Failed transactions', String(failed), ''],
    ['Longest transaction', fixed(succeeded.max / 1000), ''],
    ['Shortest transaction', fixed(hits === 0 ? 0 : succeeded.min / 1000), ''],
  ];
  return rows.map(([label, value, unit]) => `${`${label}:`.padEnd(24)}${value.padStart(12)}${unit}\n`).join('');
}

/** The line that siege's `-v` prints of each request. */
export function siegeLine({ status, error, latencyMs, bytes }: ShownExchange, method: string, url: string): string {
  const what = status === 0 ? error : `HTTP/1.1 ${status}`;
  return `${what} ${fixed(latencyMs / 1000).padStart(8)} secs: ${String(bytes).padStart(7)} bytes ==> ${method.padEnd(4)} ${url}`;
}

const fixed = (value: number): string => value.toFixed(2);
