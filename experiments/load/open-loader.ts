import { Pool } from 'undici';
import type { Sample } from '../engine/experiment.ts';
import { dueAfterMs, dueBy } from './arrivals.ts';
import { errorClass } from './error-class.ts';
import type { LoaderTask } from './loader-messages.ts';

/**
 * Sends requests when they are due, whatever became of those before (open model): latency counts from then, so a system that stalls cannot
 * hide it by holding the loader up. Connections are kept alive and used again, as most clients do.
 */
export class OpenLoader {
  private readonly task: LoaderTask;
  private readonly pool: Pool;
  private readonly onSample: (sample: Sample) => void;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly cut = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private firstMs = 0;
  private sent = 0;
  dropped = 0;

  constructor(task: LoaderTask, onSample: (sample: Sample) => void) {
    this.task = task;
    this.onSample = onSample;
    this.pool = new Pool(task.origin, {
      connections: task.scenario.maxVUs,
      pipelining: 1,
      connect: { timeout: task.scenario.request.timeoutMs },
    });
  }

  /** Milliseconds of the samples' clock. */
  private now(): number {
    return performance.timeOrigin + performance.now() - this.task.epochMs;
  }

  start(): void {
    this.firstMs = this.now();
    this.tick();
  }

  /** No new requests; those in flight have the graceful stop to end in. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const timer = setTimeout(
      () => this.cut.abort(new DOMException('the graceful stop is over', 'TimeoutError')),
      this.task.scenario.gracefulStopMs,
    );
    await Promise.all(this.inFlight);
    clearTimeout(timer);
    await this.pool.destroy();
  }

  private tick(): void {
    const { rate, maxVUs } = this.task.scenario;
    const elapsed = this.now() - this.firstMs;
    for (const due = dueBy(elapsed, rate); this.sent < due; this.sent += 1) {
      if (this.inFlight.size >= maxVUs) {
        this.dropped += 1;
        continue;
      }
      const running = this.send(this.sent).finally(() => this.inFlight.delete(running));
      this.inFlight.add(running);
    }
    const wait = dueAfterMs(this.sent, rate) - (this.now() - this.firstMs);
    this.timer = setTimeout(() => this.tick(), Math.max(0, wait));
  }

  private async send(n: number): Promise<void> {
    const { request, expectStatuses } = this.task.scenario;
    const dueMs = this.firstMs + dueAfterMs(n, this.task.scenario.rate);
    const lateMs = Math.max(0, this.now() - dueMs);
    const body = request.bodies ? request.bodies[n % request.bodies.length] : request.body;
    const done = (status: number, error: string, answer?: unknown): void =>
      this.onSample({ dueMs, lateMs, latencyMs: this.now() - dueMs, status, error, ...(answer !== undefined && { body: answer }) });
    try {
      const {
        statusCode,
        body: stream,
        headers,
      } = await this.pool.request({
        method: request.method,
        path: request.path,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...request.headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([this.cut.signal, AbortSignal.timeout(request.timeoutMs)]),
      });
      const text = await stream.text();
      if (!expectStatuses.includes(statusCode)) return done(statusCode, `status ${statusCode}`);
      const isJson = String(headers['content-type'] ?? '').includes('json');
      done(statusCode, '', isJson ? JSON.parse(text) : undefined);
    } catch (error) {
      done(0, errorClass(error));
    }
  }
}
