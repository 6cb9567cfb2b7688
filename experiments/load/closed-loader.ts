import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'undici';
import type { VURamp } from '../engine/experiment.ts';
import { type Asked, type Exchange, exchange } from './exchange.ts';
import type { Loader, LoaderOptions } from './loader.ts';
import { randomOf } from './random.ts';
import { outcomeOf, requestsOf } from './requests-of.ts';

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

  private async live(vu: number): Promise<void> {
    const { origin, scenario, share } = this.options;
    const { pauseMs = 0, iterationsPerVU = Number.POSITIVE_INFINITY } = scenario;
    const client = new Client(origin, { pipelining: 1, connect: { timeout: scenario.request.timeoutMs } });
    const { signal } = this.stopped;
    for (let done = 0; done < iterationsPerVU && vu < this.wanted && !signal.aborted; done += 1) {
      const index = this.sent * share.of + share.index;
      this.sent += 1;
      await this.iterate(client, index);
      if (pauseMs > 0) await wait(pauseMs * randomOf(~this.options.seed, index)(), undefined, { signal }).catch(() => undefined); // stopped: no pause
    }
    await client.destroy();
    // One that has done all that it had to is not replaced.
    if (vu >= this.wanted) this.vus.delete(vu);
    else if (iterationsPerVU !== Number.POSITIVE_INFINITY) this.leave();
  }

  private leave(): void {
    this.left += 1;
    if (this.left === this.vus.size) this.finish();
  }

  private async iterate(client: Client, index: number): Promise<void> {
    const { elapsedMs, onSample } = this.options;
    const sentMs = performance.now();
    const one = exchange(client, this.requestOf(index));
    this.flying.add(one);
    const answer = await one.answer;
    const latencyMs = performance.now() - sentMs;
    this.flying.delete(one);
    onSample({ dueMs: elapsedMs + sentMs - this.startedMs, lateMs: 0, latencyMs, ...outcomeOf(answer, this.options) }, answer.bytes);
  }
}
