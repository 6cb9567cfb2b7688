import { type Arrivals, constantArrivals, rampingArrivals } from './arrivals.ts';
import { type Connections, connectionsInTurn, type Lent, sharedConnections } from './connections.ts';
import { type Answer, type Asked, Exchange } from './exchange.ts';
import type { Loader, LoaderOptions } from './loader.ts';
import { requestsOf, sampleOf } from './requests-of.ts';

/** A request that is later than this, or than the scenario's bound, is not sent any more: it would be another load. */
const tooLateMs = 1000;
/** Where no request is due for a long time, or ever. */
const longestWaitMs = 1000;

/**
 * Sends requests when they are due, whether or not former ones have been answered, and counts their latency from when they were due: a system
 * that stalls cannot slow its load down and look better for it.
 */
export class OpenLoader implements Loader {
  droppedBusy = 0;
  droppedLate = 0;
  readonly finished: Promise<void>;
  private readonly options: LoaderOptions;
  private readonly startedMs = performance.now();
  private readonly connections: Connections;
  private readonly arrivals: Arrivals;
  private readonly requestOf: (index: number) => Asked;
  private readonly flying = new Set<Exchange>();
  /** Called when nothing is in flight any more. */
  private landed: () => void = () => undefined;
  private next: number;
  private timer: NodeJS.Timeout | undefined;
  private finish: () => void = () => undefined;

  constructor(options: LoaderOptions) {
    this.options = options;
    const { origin, scenario, share } = options;
    const { maxVUs, rate, ramp, request, connections } = scenario;
    this.next = share.index;
    this.arrivals = ramp ? rampingArrivals(ramp) : constantArrivals(rate ?? 0);
    this.requestOf = requestsOf(options);
    this.connections =
      connections === undefined
        ? sharedConnections(origin, maxVUs, request.timeoutMs)
        : connectionsInTurn(origin, connections, request.timeoutMs);
    this.finished = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  get inFlight(): number {
    return this.flying.size;
  }

  start(): void {
    this.tick();
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    const timer = setTimeout(() => {
      for (const one of this.flying) one.cut();
    }, this.options.scenario.gracefulStopMs);
    await new Promise<void>((resolve) => {
      this.landed = resolve;
      if (this.flying.size === 0) resolve();
    });
    clearTimeout(timer);
    await this.connections.destroy();
  }

  private tick(): void {
    const { scenario, share, durationMs = Number.POSITIVE_INFINITY } = this.options;
    const { maxVUs, maxLatenessMs = 0 } = scenario;
    const { dueAt, dueBy } = this.arrivals;
    const now = performance.now() - this.startedMs;
    for (const due = dueBy(now); this.next < due; this.next += share.of) {
      const dueMs = dueAt(this.next);
      if (dueMs >= durationMs) break;
      if (now - dueMs > Math.max(tooLateMs, maxLatenessMs)) this.droppedLate += 1;
      else if (this.flying.size >= maxVUs) this.droppedBusy += 1;
      else this.send(this.next, dueMs);
    }
    const nextMs = dueAt(this.next);
    // The load lasts as long as was said, also where its last request is due long before.
    if (nextMs >= durationMs && now >= durationMs) {
      this.finish();
      return;
    }
    // A timer is late by a millisecond or more; what it missed is due at once, and how late it was is counted.
    this.timer = setTimeout(
      () => this.tick(),
      Math.min(longestWaitMs, Math.max(0, Math.min(nextMs, durationMs) - (performance.now() - this.startedMs))),
    );
  }

  private send(index: number, dueMs: number): void {
    const { scenario, keepsBodies } = this.options;
    const lateMs = performance.now() - this.startedMs - dueMs;
    const lent = this.connections.lend();
    const one = new Exchange({
      timeoutMs: scenario.request.timeoutMs,
      keepsBody: keepsBodies,
      done: (answer) => this.take(one, answer, lent, dueMs, lateMs),
    });
    this.flying.add(one);
    one.start(lent.dispatcher, this.requestOf(index));
  }

  private take(one: Exchange, answer: Answer, lent: Lent, dueMs: number, lateMs: number): void {
    const { elapsedMs } = this.options;
    const latencyMs = performance.now() - this.startedMs - dueMs;
    const line = lent.line();
    lent.giveBack();
    one.end();
    this.flying.delete(one);
    const sample = sampleOf(answer, { dueMs: elapsedMs + dueMs, lateMs, latencyMs }, this.options);
    if (line !== undefined) {
      sample.connection = line.number;
      sample.connectedMs = line.openedMs - this.startedMs + elapsedMs;
    }
    this.options.onSample(sample, answer.bytes);
    if (this.flying.size === 0) this.landed();
  }
}
