import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadOptions, RunningLoad, Sample } from '../engine/experiment.ts';
import type { LoadRecord } from '../engine/journal.ts';
import { LabError } from '../engine/lab-error.ts';
import { computeLoadRecord } from './load-record.ts';
import type { FromLoader, ToLoader } from './loader-message.ts';

const readyWithinMs = 20_000;
/** After the graceful stop, for the last messages. */
const endMarginMs = 5000;

/** Tests run from the sources; what is started is the build. */
const loaderMain = (): string =>
  fileURLToPath(new URL('loader-process.js', import.meta.url)).replace(/^(.*?)(\/dist)?\/experiments\/load\//, '$1/dist/experiments/load/');

/** Starts a loader process for the scenario; resolves when it sends requests. Rejects with a LabError where it does not come up. */
export async function startLoader(options: LoadOptions): Promise<RunningLoad> {
  const child = fork(loaderMain(), [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: ['--disable-warning=ExperimentalWarning'] });
  return LoaderHandle.start(child, options);
}

/** The engine's end of a loader process. */
class LoaderHandle implements RunningLoad {
  readonly failed: Promise<never>;
  private readonly child: ChildProcess;
  private readonly options: LoadOptions;
  private readonly startedAt = new Date().toISOString();
  private readonly samples: Sample[] = [];
  private complaint = '';
  private stopping: Promise<LoadRecord> | undefined;
  private dropped: { droppedBusy: number; droppedLate: number } | undefined;
  private fail: (error: Error) => void = () => undefined;

  private constructor(child: ChildProcess, options: LoadOptions) {
    this.child = child;
    this.options = options;
    this.failed = new Promise((_resolve, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => undefined); // whoever waits for it is told
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complaint = (this.complaint + text).slice(-2000);
    });
    child.on('message', (message: FromLoader) => this.take(message));
    child.on('error', (error) => this.fail(this.deathOf(error.message)));
    child.on('exit', (code, signal) => {
      if (!this.dropped) this.fail(this.deathOf(signal ?? `exit code ${code}`));
    });
  }

  static async start(child: ChildProcess, options: LoadOptions): Promise<LoaderHandle> {
    const handle = new LoaderHandle(child, options);
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), readyWithinMs);
    try {
      // The first message says that it is ready.
      await Promise.race([once(child, 'message', { signal: waiting.signal }), handle.failed]);
    } catch (error) {
      handle.kill();
      throw waiting.signal.aborted ? new LabError(`the load generator was not ready within ${readyWithinMs / 1000} s`) : error;
    } finally {
      clearTimeout(timer);
    }
    const { scenario, origin, maxDurationMs } = options;
    handle.tell({ type: 'start', scenario, origin, maxDurationMs, elapsedMs: options.elapsedMs() });
    return handle;
  }

  stop(): Promise<LoadRecord> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  kill(): void {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
  }

  private async end(): Promise<LoadRecord> {
    const { scenario } = this.options;
    const running = this.child.exitCode === null && this.child.signalCode === null;
    const gone = running ? once(this.child, 'exit') : Promise.resolve();
    if (running && this.child.connected) this.tell({ type: 'stop' });
    const timer = setTimeout(() => this.kill(), scenario.gracefulStopMs + endMarginMs);
    await gone;
    clearTimeout(timer);
    if (!this.dropped) throw this.deathOf('it did not end when told');
    return computeLoadRecord({
      scenario,
      samples: this.samples,
      startedAt: this.startedAt,
      endedAt: new Date().toISOString(),
      ...this.dropped,
    });
  }

  private take(message: FromLoader): void {
    if (message.type === 'ended') {
      this.dropped = message;
      this.child.disconnect();
    }
    if (message.type !== 'samples') return;
    this.samples.push(...message.samples);
    this.options.onSamples(message.samples);
  }

  private tell(message: ToLoader): void {
    this.child.send(message);
  }

  private deathOf(how: string): LabError {
    return new LabError(`the load generator ended unexpectedly: ${how}${this.complaint ? `\n${this.complaint.trim()}` : ''}`);
  }
}
