import { basename } from 'node:path';
import type { LoadOptions, RunningLoad, Sample, Scenario } from '../../engine/experiment.ts';
import type { LoadRecord, LoadThreshold } from '../../engine/journal.ts';
import { LabError } from '../../engine/lab-error.ts';
import { computeLoadRecord } from '../load-record.ts';
import { soon } from '../soon.ts';
import { K6Lines } from './k6-lines.ts';
import type { K6Place, OpenK6 } from './k6-place.ts';
import { openK6Pod } from './k6-pod.ts';
import { openK6Process } from './k6-process.ts';
import { k6Thresholds } from './k6-summary.ts';

/** For its own start, and the first requests to be written. */
const sendsWithinMs = 30_000;
/** After the graceful stop, for its summary. */
const endMarginMs = 10_000;

/** How k6 ends: well, with a threshold crossed, or stopped from outside (grafana.com/docs/k6: exit codes). */
const goodEnds = [0, 99, 105];

/** Sends the load of an experiment through the k6 on PATH: the scenario as a script of ours, or the script that it names. Rejects with a LabError where that does not come up. */
export const startK6: Scenario['start'] = (options) => K6Load.start(openK6Process, options);

/** The same through k6 in a Pod of this image. */
export const startK6From =
  (image: string): Scenario['start'] =>
  (options) =>
    K6Load.start((some) => openK6Pod(image, some), options);

/** The engine's end of k6. */
class K6Load implements RunningLoad {
  readonly failed: Promise<never>;
  private readonly k6: K6Place;
  private readonly options: LoadOptions;
  private readonly startedAt = new Date().toISOString();
  private readonly samples: Sample[] = [];
  private readonly lines: K6Lines;
  private stopping: Promise<LoadRecord> | undefined;
  private fresh: Sample[] = [];
  private fail: (error: Error) => void = () => undefined;
  private onFirst: () => void = () => undefined;

  /** Resolves when requests are sent. Rejects with a LabError where k6 does not come up. */
  static async start(open: OpenK6, options: LoadOptions): Promise<K6Load> {
    const load = new K6Load(await open(options), options);
    try {
      const first = new Promise<void>((resolve) => {
        load.onFirst = resolve;
      });
      load.begin();
      await soon(Promise.race([first, load.failed]), sendsWithinMs, `k6 told of no request within ${sendsWithinMs / 1000} s`);
      return load;
    } catch (error) {
      load.kill();
      throw error;
    }
  }

  private constructor(k6: K6Place, options: LoadOptions) {
    this.k6 = k6;
    this.options = options;
    this.failed = new Promise((_resolve, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => undefined); // whoever waits for it is told
    const { scenario } = options;
    this.lines = new K6Lines({
      ...(scenario.script === undefined && { expectStatuses: scenario.expectStatuses, timeoutMs: scenario.request.timeoutMs }),
      tellsConnections: scenario.connections !== undefined,
      zeroMs: Date.now() - options.elapsedMs() + k6.clockAheadMs,
      onSample: (sample) => void this.fresh.push(sample),
    });
  }

  stop(): Promise<LoadRecord> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  kill(): void {
    this.k6.kill();
  }

  private begin(): void {
    const unreadable = (error: Error): void => this.fail(new LabError(`what k6 writes cannot be read: ${error.message}`, { cause: error }));
    this.k6.start((line) => this.take(line), unreadable);
    void this.k6.gone.then(({ code, how }) => {
      if (this.stopping) return;
      if (code === 0) this.fail(new LabError('k6 had nothing more to send before the method was over: let its scenarios last longer'));
      else if (code === 99)
        this.fail(
          new LabError('a threshold of the script ended k6 before the method was over: leave abortOnFail out, all are judged at the end'),
        );
      else this.fail(this.deathOf(how));
      // Nothing that it wrote is of use any more.
      this.kill();
    });
  }

  private take(line: string): void {
    this.lines.take(line);
    if (this.lines.begun > 0) this.onFirst();
    this.tell();
  }

  /** Hands on the requests that have been told of whole. */
  private tell(): void {
    if (this.fresh.length === 0) return;
    const fresh = this.fresh;
    this.fresh = [];
    this.samples.push(...fresh);
    this.options.onSamples(fresh);
  }

  private async end(): Promise<LoadRecord> {
    this.k6.interrupt();
    const timer = setTimeout(() => this.kill(), this.options.scenario.gracefulStopMs + endMarginMs);
    const { code, how } = await this.k6.gone;
    clearTimeout(timer);
    try {
      if (code === null || !goodEnds.includes(code)) throw this.deathOf(how);
      this.k6.finish();
      this.lines.end();
      this.tell();
      return await this.record();
    } finally {
      this.kill();
    }
  }

  private async record(): Promise<LoadRecord> {
    const { scenario } = this.options;
    const { dropped } = this.lines;
    const seen = { samples: this.samples, startedAt: this.startedAt, endedAt: new Date().toISOString() };
    const record = computeLoadRecord({ scenario, ...seen, droppedBusy: dropped, droppedLate: 0, utilization: 0 });
    // Whether its VUs waited for answers, or it was itself too slow to make them ready, it does not tell.
    const few = `k6 dropped ${dropped} iterations: no VU was free when they were due`;
    return {
      ...record,
      settings: {
        ...record.settings,
        ...(scenario.script !== undefined && { script: basename(scenario.script) }),
        sentBy: `k6 ${this.k6.version}`,
        ...(this.k6.sentFrom !== undefined && { sentFrom: this.k6.sentFrom }),
      },
      // Whether it sent late it does not tell.
      latenessMs: null,
      saturated: dropped > 0 ? few : null,
      // A script of ours has none.
      ...(scenario.script !== undefined && { thresholds: await this.thresholds() }),
    };
  }

  private async thresholds(): Promise<LoadThreshold[]> {
    try {
      return k6Thresholds(await this.k6.summary());
    } catch (cause) {
      throw new LabError(`k6's summary cannot be read: ${(cause as Error).message}`, { cause });
    }
  }

  private deathOf(how: string): LabError {
    const complaint = this.k6.complaint().trim();
    return new LabError(`k6 ended unexpectedly: ${how}${complaint ? `\n${complaint}` : ''}`);
  }
}
