import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { LoadOptions, RunningLoad, Sample } from '../../engine/experiment.ts';
import type { LoadRecord, LoadThreshold } from '../../engine/journal.ts';
import { LabError } from '../../engine/lab-error.ts';
import { computeLoadRecord } from '../load-record.ts';
import { keepComplaint } from '../loader-channel.ts';
import { K6Lines } from './k6-lines.ts';
import { findK6, type K6Program } from './k6-program.ts';
import { k6Script } from './k6-script.ts';
import { k6Thresholds } from './k6-summary.ts';
import { TailedFile } from './tail-file.ts';

/** For its own start, and the first requests to be written. */
const sendsWithinMs = 30_000;
/** After the graceful stop, for its summary. */
const endMarginMs = 10_000;

/** How k6 ends: well, with a threshold crossed, or stopped from outside (grafana.com/docs/k6: exit codes). */
const goodEnds = [0, 99, 105];

/** Sends the load of an experiment through the k6 on PATH: the scenario as a script of ours, or the script that it names. Rejects with a LabError where that does not come up. */
export async function startK6(options: LoadOptions): Promise<RunningLoad> {
  if (options.pod) throw new LabError('k6 sends from this machine, and this load has to come from a Pod');
  const program = await findK6();
  if (!program) throw new LabError('k6 is not on PATH');
  return K6Load.start(program, options);
}

/** The engine's end of k6. */
class K6Load implements RunningLoad {
  readonly failed: Promise<never>;
  private readonly program: K6Program;
  private readonly options: LoadOptions;
  private readonly startedAt = new Date().toISOString();
  private readonly samples: Sample[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'shoplab-k6-'));
  private readonly lines: K6Lines;
  private readonly file: TailedFile;
  private readonly child: ChildProcess;
  private readonly gone: Promise<{ code: number | null; how: string }>;
  private readonly complaint: () => string;
  private stopping: Promise<LoadRecord> | undefined;
  private fresh: Sample[] = [];
  private fail: (error: Error) => void = () => undefined;
  private onFirst: () => void = () => undefined;

  /** Resolves when requests are sent. Rejects with a LabError where k6 does not come up. */
  static async start(program: K6Program, options: LoadOptions): Promise<K6Load> {
    const load = new K6Load(program, options);
    let timer: NodeJS.Timeout | undefined;
    try {
      await Promise.race([
        new Promise<void>((resolve) => {
          load.onFirst = resolve;
        }),
        load.failed,
        new Promise<never>((_resolve, reject) => {
          timer = setTimeout(() => reject(new LabError(`k6 told of no request within ${sendsWithinMs / 1000} s`)), sendsWithinMs);
        }),
      ]);
      return load;
    } catch (error) {
      load.kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor(program: K6Program, options: LoadOptions) {
    this.program = program;
    this.options = options;
    this.failed = new Promise((_resolve, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => undefined); // whoever waits for it is told
    const { scenario } = options;
    this.lines = new K6Lines({
      ...(scenario.script === undefined && { expectStatuses: scenario.expectStatuses, timeoutMs: scenario.request.timeoutMs }),
      tellsConnections: scenario.connections !== undefined,
      zeroMs: Date.now() - options.elapsedMs(),
      onSample: (sample) => void this.fresh.push(sample),
    });
    this.child = this.spawn();
    this.complaint = keepComplaint(this.child.stderr);
    this.gone = new Promise((resolve) => {
      this.child.on('error', (error) => resolve({ code: null, how: error.message }));
      this.child.on('exit', (code, signal) => resolve({ code, how: signal ?? `exit code ${code}` }));
    });
    this.file = new TailedFile(
      this.samplesFile,
      (line) => this.take(line),
      (error) => this.fail(new LabError(`what k6 writes cannot be read: ${error.message}`, { cause: error })),
    );
    void this.gone.then(({ code, how }) => {
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

  stop(): Promise<LoadRecord> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  kill(): void {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    this.file.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get samplesFile(): string {
    return join(this.folder, 'samples.json');
  }
  private get summaryFile(): string {
    return join(this.folder, 'summary.json');
  }

  private spawn(): ChildProcess {
    const { scenario, origin, seed, maxDurationMs } = this.options;
    const script = scenario.script ?? join(this.folder, 'load.js');
    if (scenario.script === undefined) {
      const course = { warmUpMs: 0, durationMs: maxDurationMs, holdsMs: maxDurationMs, thresholds: [], tells: true };
      writeFileSync(script, k6Script({ scenario, origin, ...course }));
    }
    const words = [
      ...['run', '--quiet', '--no-color', '--no-usage-report'],
      // Of several at once each has its own port for this.
      ...['--address', '127.0.0.1:0'],
      ...['--out', `json=${this.samplesFile}`, '--summary-export', this.summaryFile],
      ...['--env', `ORIGIN=${origin}`, '--env', `SEED=${seed}`, script],
    ];
    // What a script imports lies beside it.
    return spawn(this.program.command, words, { cwd: dirname(script), env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
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
    // As from Ctrl-C: what is in flight is cut, and told of by nobody.
    this.child.kill('SIGINT');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), this.options.scenario.gracefulStopMs + endMarginMs);
    const { code, how } = await this.gone;
    clearTimeout(timer);
    try {
      if (code === null || !goodEnds.includes(code)) throw this.deathOf(how);
      this.file.finish();
      this.lines.end();
      this.tell();
      return this.record();
    } finally {
      this.kill();
    }
  }

  private record(): LoadRecord {
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
        sentBy: `k6 ${this.program.version}`,
      },
      // Whether it sent late it does not tell.
      latenessMs: null,
      saturated: dropped > 0 ? few : null,
      // A script of ours has none.
      ...(scenario.script !== undefined && { thresholds: this.thresholds() }),
    };
  }

  private thresholds(): LoadThreshold[] {
    try {
      return k6Thresholds(readFileSync(this.summaryFile, 'utf8'));
    } catch (cause) {
      throw new LabError(`k6's summary cannot be read: ${(cause as Error).message}`, { cause });
    }
  }

  private deathOf(how: string): LabError {
    const complaint = this.complaint().trim();
    return new LabError(`k6 ended unexpectedly: ${how}${complaint ? `\n${complaint}` : ''}`);
  }
}

/** Without the reader's own K6_ settings, which would make it another load. */
const environment = (): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('K6_')));
