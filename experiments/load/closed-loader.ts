import { Client } from 'undici';
import type { VURamp } from '../engine/experiment.ts';
import { type Answer, type Asked, Exchange } from './exchange.ts';
import type { Loader, LoaderOptions } from './loader.ts';
import { randomOf } from './random.ts';
import { requestsOf, sampleOf } from './requests-of.ts';

/** So often a ramp's number of VUs is looked at. */
const adjustEveryMs = 50;

/** How many VUs there have to be after so long: between two stages' targets in proportion, the fraction of one not yet. */
export function vusAt({ startVUs, stages }: VURamp, elapsedMs: number): number {
  let [from, fromMs] = [startVUs, 0];
  for (const { target, durationMs } of stages) {
    if (elapsedMs < fromMs + durationMs) return Math.floor(from + ((target - from) * (elapsedMs - fromMs)) / durationMs + 1e-9);
    [from, fromMs] = [target, fromMs + durationMs];
  }
  return from;
}

/**
 * VUs that each send a request, wait for its answer, and send the next: what so many users do who do not leave, and who give a system that is
 * slow less to do. Each VU has a connection of its own.
 */
export class ClosedLoader implements Loader {
  readonly droppedBusy = 0;
  readonly droppedLate = 0;
  readonly finished: Promise<void>;
  private readonly options: LoaderOptions;
  private readonly startedMs = performance.now();
  private readonly requestOf: (index: number) => Asked;
  private readonly flying = new Set<Exchange>();
  /** By their number, over all processes. */
  private readonly vus = new Map<number, Promise<void>>();
  private readonly stopped = new AbortController();
  /** VUs of this number and above have to leave. */
  private wanted = 0;
  private sent = 0;
  /** VUs that have done all that they had to. */
  private left = 0;
  private timer: NodeJS.Timeout | undefined;
  private end: NodeJS.Timeout | undefined;
  private finish: () => void = () => undefined;

  constructor(options: LoaderOptions) {
    this.options = options;
    this.requestOf = requestsOf(options);
    this.finished = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  get inFlight(): number {
    return this.flying.size;
  }

  start(): void {
    const { durationMs, scenario } = this.options;
    if (durationMs !== undefined)
      this.end = setTimeout(() => {
        this.stopped.abort();
        this.finish();
      }, durationMs);
    this.adjust();
    if (scenario.vuRamp) this.timer = setInterval(() => this.adjust(), adjustEveryMs);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    clearInterval(this.timer);
    clearTimeout(this.end);
    const timer = setTimeout(() => {
      for (const one of this.flying) one.cut();
    }, this.options.scenario.gracefulStopMs);
    await Promise.all(this.vus.values());
    clearTimeout(timer);
  }

  private adjust(): void {
    const { scenario, share } = this.options;
    this.wanted = scenario.vuRamp ? vusAt(scenario.vuRamp, performance.now() - this.startedMs) : scenario.maxVUs;
    for (let vu = share.index; vu < this.wanted; vu += share.of) if (!this.vus.has(vu)) this.vus.set(vu, this.live(vu));
  }

  /** One VU from its first request to its last. */
  private live(vu: number): Promise<void> {
    const { origin, scenario, keepsBodies } = this.options;
    const { iterationsPerVU = Number.POSITIVE_INFINITY } = scenario;
    const { timeoutMs } = scenario.request;
    const client = new Client(origin, { pipelining: 1, connect: { timeout: timeoutMs } });
    const { signal } = this.stopped;
    let [left, index, sentMs] = [iterationsPerVU, 0, 0];
    return new Promise((resolve) => {
      const done = (answer: Answer): void => {
        this.flying.delete(exchange);
        this.take(answer, sentMs);
        if (!exchange.isClean) {
          exchange.end();
          exchange = new Exchange({ timeoutMs, keepsBody: keepsBodies, done });
        }
        this.pause(index, answer.status === 0, iterate);
      };
      const leave = (): void => {
        exchange.end();
        // One that has done all that it had to is not replaced.
        if (vu >= this.wanted) this.vus.delete(vu);
        else if (left === 0) this.done();
        void client.destroy().then(resolve);
      };
      const iterate = (): void => {
        if (left === 0 || vu >= this.wanted || signal.aborted) {
          leave();
          return;
        }
        left -= 1;
        index = this.nextIndex();
        sentMs = performance.now();
        this.flying.add(exchange);
        exchange.start(client, this.requestOf(index));
      };
      let exchange = new Exchange({ timeoutMs, keepsBody: keepsBodies, done });
      iterate();
    });
  }

  private nextIndex(): number {
    const { share } = this.options;
    const index = this.sent * share.of + share.index;
    this.sent += 1;
    return index;
  }

  private take(answer: Answer, sentMs: number): void {
    const latencyMs = performance.now() - sentMs;
    const dueMs = this.options.elapsedMs + sentMs - this.startedMs;
    this.options.onSample(sampleOf(answer, { dueMs, lateMs: 0, latencyMs }, this.options), answer.bytes);
  }

  private pause(index: number, failed: boolean, then: () => void): void {
    const { scenario, seed } = this.options;
    const { pauseMs = 0 } = scenario;
    if (pauseMs === 0) {
      // A request that cannot even be sent fails at once, and so would all after it: whoever has to stop this gets a turn in between.
      if (failed) setImmediate(then);
      else then();
      return;
    }
    const { signal } = this.stopped;
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      then();
    };
    const timer = setTimeout(over, pauseMs * randomOf(~seed, index)());
    signal.addEventListener('abort', over);
    if (signal.aborted) over();
  }

  /** A VU has done all that it had to. */
  private done(): void {
    this.left += 1;
    if (this.left === this.vus.size) this.finish();
  }
}
