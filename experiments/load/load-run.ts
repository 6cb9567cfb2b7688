import type { Scenario } from '../engine/experiment.ts';
import { LabError } from '../engine/lab-error.ts';
import { LoadTally } from './load-tally.ts';
import type { LoaderChannel } from './loader-channel.ts';
import type { FromLoader, ShownExchange } from './loader-message.ts';
import { openProcess } from './process-channel.ts';
import { decideBusy, saturationOf } from './saturation.ts';

export interface LoadRunOptions {
  scenario: Omit<Scenario, 'start'>;
  /** `http://127.0.0.1:8081` */
  origin: string;
  seed: number;
  /** How many processes share the load; each has a core's worth. */
  workers: number;
  /** Requests of so long at the beginning are sent, and not counted. */
  warmUpMs: number;
  /** How long requests are sent, the warm-up apart; undefined: until each VU has done its iterations, or it is stopped. */
  durationMs: number | undefined;
  /** Told of each request, in the order in which they ended. */
  onExchange?: (exchange: ShownExchange) => void;
}

/** What is known of a load when it has ended. */
export interface EndedLoad {
  tally: LoadTally;
  startedAt: string;
  endedAt: string;
  /** How long requests were sent, the warm-up apart. */
  sendingMs: number;
  /** Until the last answer. */
  elapsedMs: number;
  dropped: number;
  /** Why it was not the load that was asked for; null: it was. */
  saturated: string | null;
  /** Why latencies hold waits of the generator itself; null: they do not. */
  busyLoader: string | null;
}

/** A generator ends with its starter; this is for one that hangs. */
const longestMs = 24 * 3_600_000;

/**
 * A load that is counted where it is sent, so that millions of requests are no burden: `shoplab load`. Loads of experiments keep each request;
 * see startLoader.
 */
export class LoadRun {
  readonly tally = new LoadTally();
  private readonly options: LoadRunOptions;
  private startedAt = '';
  private startedMs = 0;
  private readonly flying: number[] = [];
  /** What each said at its end, by its number. */
  private readonly ends: (Extract<FromLoader, { type: 'ended' }> | undefined)[] = [];
  private channels: LoaderChannel[] = [];
  private stoppedMs: number | undefined;

  private constructor(options: LoadRunOptions) {
    this.options = options;
  }

  /** Resolves when requests are sent. Rejects with a LabError where a generator does not come up. */
  static async start(options: LoadRunOptions): Promise<LoadRun> {
    const run = new LoadRun(options);
    await run.open();
    return run;
  }

  /** How long it has been going on, the warm-up apart (negative within it), in ms. */
  elapsedMs(): number {
    return performance.now() - this.startedMs - this.options.warmUpMs;
  }

  get inFlight(): number {
    return this.flying.reduce((sum, count) => sum + count, 0);
  }

  /** Nothing new is sent; answers are waited for as long as the graceful stop allows. */
  stop(): void {
    this.stoppedMs ??= this.elapsedMs();
    for (const channel of this.channels) channel.send({ type: 'stop' });
  }

  kill(): void {
    for (const channel of this.channels) channel.kill();
  }

  /** When the last answer has come. Rejects with a LabError where a generator has died. */
  async ended(): Promise<EndedLoad> {
    const ends = await Promise.all(this.channels.map((channel, index) => this.endOf(channel, index)));
    const { durationMs, workers, scenario } = this.options;
    const elapsedMs = this.elapsedMs();
    const utilization = Math.max(...ends.map((one) => one.utilization));
    const sum = (of: (end: (typeof ends)[number]) => number) => ends.reduce((total, end) => total + of(end), 0);
    const [droppedBusy, droppedLate] = [sum((end) => end.droppedBusy), sum((end) => end.droppedLate)];
    return {
      tally: this.tally,
      startedAt: this.startedAt,
      endedAt: new Date().toISOString(),
      sendingMs: Math.max(0, Math.min(durationMs ?? Number.POSITIVE_INFINITY, this.stoppedMs ?? elapsedMs)),
      elapsedMs,
      dropped: droppedBusy + droppedLate,
      saturated: saturationOf(scenario, { latenessP99Ms: this.tally.lateness.percentile(99), droppedBusy, droppedLate }),
      busyLoader: decideBusy(utilization, workers),
    };
  }

  /** Where one dies the load is no more what it was: all end at once. */
  private async endOf(channel: LoaderChannel, index: number): Promise<Extract<FromLoader, { type: 'ended' }>> {
    const how = await channel.gone;
    const said = this.ends[index];
    if (said) return said;
    this.kill();
    throw new LabError(`a load generator ended unexpectedly: ${how}${channel.complaint() ? `\n${channel.complaint().trim()}` : ''}`);
  }

  private async open(): Promise<void> {
    const { workers, scenario, origin, seed, warmUpMs, durationMs, onExchange } = this.options;
    let ready = 0;
    let allReady: () => void = () => undefined;
    const up = new Promise<void>((resolve) => {
      allReady = resolve;
    });
    this.channels = await Promise.all(
      Array.from({ length: workers }, (_, index) =>
        openProcess((message) => {
          if (message.type === 'ready') ready += 1;
          if (ready === workers) allReady();
          this.take(index, message);
        }),
      ),
    );
    const died = Promise.race(this.channels.map(({ gone }) => gone));
    await Promise.race([up, died.then(() => this.ended())]);
    this.startedAt = new Date().toISOString();
    this.startedMs = performance.now();
    const open = scenario.rate !== null;
    for (const [index, channel] of this.channels.entries())
      channel.send({
        type: 'start',
        // Of an arrival rate each has its part of the VUs; those of a closed model are told apart by their numbers.
        scenario: open ? { ...scenario, maxVUs: Math.ceil(scenario.maxVUs / workers) } : scenario,
        origin,
        seed,
        elapsedMs: 0,
        share: { index, of: workers },
        durationMs: durationMs === undefined ? undefined : warmUpMs + durationMs,
        maxDurationMs: longestMs,
        tells: { each: false, warmUpMs, shows: onExchange !== undefined },
      });
  }

  private take(index: number, message: FromLoader): void {
    if (message.type === 'tally') {
      this.tally.merge(message.tally);
      this.flying[index] = message.inFlight;
    }
    if (message.type === 'exchanges') for (const one of message.exchanges) this.options.onExchange?.(one);
    if (message.type !== 'ended') return;
    this.ends[index] = message;
    this.channels[index]?.letGo();
  }
}
