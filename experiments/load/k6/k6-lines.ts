import { z } from 'zod';
import type { Sample } from '../../engine/experiment.ts';
import { parseBody } from '../../engine/parse-body.ts';
import { answersMetric, requestTag } from './k6-script.ts';

/** A line of k6's JSON output (grafana.com/docs/k6: results output, JSON): a metric is declared, or has a value. */
const line = z.object({
  type: z.string(),
  metric: z.string(),
  data: z.object({
    time: z.string().optional(),
    value: z.number().optional(),
    tags: z.record(z.string(), z.string()).nullish(),
  }),
});

/** k6's error codes (grafana.com/docs/k6: error codes), as classifyError names them. Of HTTP's 14xx and 15xx the status says more. */
const classes: Record<string, string> = {
  1050: 'timeout',
  1100: 'unknown name',
  1101: 'unknown name',
  1201: 'reset',
  1211: 'timeout',
  1212: 'refused',
  1220: 'reset',
};

export interface K6LinesOptions {
  /** Statuses that count as success; absent: as k6 says of each (`expected_response`). */
  expectStatuses?: number[];
  /** How long a request of a script of ours may take; absent: it is another's. */
  timeoutMs?: number;
  /** Whether samples say which connection they went on: one for each VU. */
  tellsConnections: boolean;
  /** Milliseconds since the epoch that samples count from. */
  zeroMs: number;
  onSample(sample: Sample): void;
}

type Tags = Record<string, string>;

interface Request {
  endedMs: number;
  tags: Tags;
  /** By metric, in ms. */
  times: Record<string, number>;
}

/**
 * Makes samples of the lines that k6 writes. Of each request k6 tells the metrics one after the other, beginning with `http_reqs`; then, where the
 * script is ours, what the answer said. Latency counts from when k6 began with it: when it was due k6 does not tell.
 */
export class K6Lines {
  /** Iterations that were due while all VUs were busy. */
  dropped = 0;
  /** Requests that have begun to be told of. */
  begun = 0;
  private readonly options: K6LinesOptions;
  private last: Request | undefined;
  /** Requests whose answer is still to come, by their tag. */
  private readonly waiting = new Map<string, Sample>();
  /** The connection that each VU has, by the VU's number. */
  private readonly connections = new Map<string, { number: number; openedMs: number }>();
  private opened = 0;

  constructor(options: K6LinesOptions) {
    this.options = options;
  }

  /** Takes a line; throws where it is none of k6's. */
  take(text: string): void {
    const { type, metric, data } = line.parse(JSON.parse(text));
    const { time, value, tags } = data;
    if (type !== 'Point' || time === undefined || value === undefined) return;
    if (metric === 'dropped_iterations') this.dropped += value;
    else if (metric === answersMetric) this.answer(tags ?? {});
    else if (metric === 'http_reqs') {
      this.flush();
      this.begun += 1;
      this.last = { endedMs: Date.parse(time), tags: tags ?? {}, times: {} };
    } else if (metric.startsWith('http_req_') && this.last) this.last.times[metric] = value;
  }

  /** No more lines come. */
  end(): void {
    this.flush();
    // A success whose answer was never told of was cut at the end.
    for (const sample of this.waiting.values()) if (sample.error !== '') this.options.onSample(sample);
    this.waiting.clear();
  }

  /** The request whose metrics have all come. */
  private flush(): void {
    const { last } = this;
    this.last = undefined;
    if (!last) return;
    const { tags } = last;
    const sample = this.sampleOf(last);
    const said = tags[requestTag];
    if (said === undefined) this.options.onSample(sample);
    else this.waiting.set(said, sample);
  }

  private answer(tags: Tags): void {
    // Its request may be the last of which something was told.
    if (this.last?.tags[requestTag] === tags[requestTag]) this.flush();
    const said = tags[requestTag] ?? '';
    const sample = this.waiting.get(said);
    if (!sample) return;
    this.waiting.delete(said);
    if (sample.status !== 0 && tags.served_by) sample.servedBy = tags.served_by;
    if (sample.error === '') sample.body = parseBody(tags.body ?? '');
    this.options.onSample(sample);
  }

  private sampleOf({ endedMs, tags, times }: Request): Sample {
    const { expectStatuses, timeoutMs = 0, zeroMs } = this.options;
    const of = (metric: string): number => times[`http_req_${metric}`] ?? 0;
    const connectingMs = of('connecting') + of('tls_handshaking');
    const status = Number(tags.status ?? 0);
    const isExpected = expectStatuses ? expectStatuses.includes(status) : tags.expected_response === 'true';
    const code = tags.error_code ?? '';
    const failed = status === 0 ? (classes[code] ?? (code === '' ? 'error' : `error ${code}`)) : `status ${status}`;
    const error = isExpected && status !== 0 ? '' : failed;
    // k6 counts the time until there is a connection apart, and of one that never came none.
    const toldMs = Math.max(of('blocked'), connectingMs) + of('duration');
    const latencyMs = error === 'timeout' && toldMs === 0 ? timeoutMs : toldMs;
    const dueMs = endedMs - latencyMs - zeroMs;
    return { dueMs, lateMs: 0, latencyMs, status, error, ...this.connectionOf(tags[requestTag], dueMs, connectingMs > 0) };
  }

  /** A VU of k6's keeps its connection, and tells when it opens another. */
  private connectionOf(said: string | undefined, dueMs: number, isNew: boolean): { connection?: number; connectedMs?: number } {
    const vu = said?.split('/')[0];
    if (vu === undefined || !this.options.tellsConnections) return {};
    let connection = this.connections.get(vu);
    if (!connection || isNew) {
      connection = { number: this.opened, openedMs: dueMs };
      this.opened += 1;
      this.connections.set(vu, connection);
    }
    return { connection: connection.number, connectedMs: connection.openedMs };
  }
}
