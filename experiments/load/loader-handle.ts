import type { LoadOptions, RunningLoad, Sample } from '../engine/experiment.ts';
import type { LoadRecord } from '../engine/journal.ts';
import { LabError } from '../engine/lab-error.ts';
import { computeLoadRecord, type LoadSeen } from './load-record.ts';
import type { LoaderChannel, OpenChannel } from './loader-channel.ts';
import type { FromLoader } from './loader-message.ts';
import { loaderName } from './loader-name.ts';
import { oneWayMs } from './one-way.ts';
import { openPod } from './pod-channel.ts';
import { openProcess } from './process-channel.ts';
import { soon } from './soon.ts';

const answersWithinMs = 20_000;
/** After the graceful stop, for the last messages. */
const endMarginMs = 5000;

/** Starts a load generator for the scenario; resolves when it sends requests. Rejects with a LabError where it does not come up. */
export function startLoader(options: LoadOptions): Promise<RunningLoad> {
  const { pod } = options;
  return LoaderHandle.start(pod ? (take) => openPod(pod, take) : openProcess, options);
}

/** The engine's end of a load generator. */
class LoaderHandle implements RunningLoad {
  readonly failed: Promise<never>;
  private readonly options: LoadOptions;
  private readonly startedAt = new Date().toISOString();
  private readonly samples: Sample[] = [];
  private channel: LoaderChannel | undefined;
  private stopping: Promise<LoadRecord> | undefined;
  private dropped: Pick<LoadSeen, 'droppedBusy' | 'droppedLate' | 'utilization'> | undefined;
  private fail: (error: Error) => void = () => undefined;
  /** Whoever waits for the next `ready` or `pong`. */
  private onAnswer: () => void = () => undefined;

  private constructor(options: LoadOptions) {
    this.options = options;
    this.failed = new Promise((_resolve, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => undefined); // whoever waits for it is told
  }

  static async start(open: OpenChannel, options: LoadOptions): Promise<LoaderHandle> {
    const handle = new LoaderHandle(options);
    const ready = handle.answer();
    const channel = await open((message) => handle.take(message));
    handle.channel = channel;
    void channel.gone.then((how) => {
      if (!handle.dropped) handle.fail(handle.deathOf(how));
    });
    try {
      await handle.soon(ready);
      const wayMs = await oneWayMs(() => {
        const pong = handle.answer();
        channel.send({ type: 'ping' });
        return handle.soon(pong);
      });
      const { scenario, origin, seed, maxDurationMs } = options;
      // When it has this, so much more time has gone by.
      const elapsedMs = options.elapsedMs() + wayMs;
      channel.send({ type: 'start', scenario, origin, seed, maxDurationMs, elapsedMs, share: { index: 0, of: 1 }, tells: { each: true } });
      return handle;
    } catch (error) {
      handle.kill();
      throw error;
    }
  }

  stop(): Promise<LoadRecord> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  kill(): void {
    this.channel?.kill();
  }

  private answer(): Promise<void> {
    return new Promise((resolve) => {
      this.onAnswer = resolve;
    });
  }

  private soon(answer: Promise<void>): Promise<void> {
    const tooLate = `the load generator was not ready within ${answersWithinMs / 1000} s`;
    return soon(Promise.race([answer, this.failed]), answersWithinMs, tooLate);
  }

  private async end(): Promise<LoadRecord> {
    const { channel } = this;
    channel?.send({ type: 'stop' });
    const timer = setTimeout(() => this.kill(), this.options.scenario.gracefulStopMs + endMarginMs);
    await channel?.gone;
    clearTimeout(timer);
    if (!this.dropped) throw this.deathOf('it did not end when told');
    const { scenario, pod } = this.options;
    const seen = { scenario, samples: this.samples, startedAt: this.startedAt, endedAt: new Date().toISOString(), ...this.dropped };
    const record = computeLoadRecord(seen);
    return pod ? { ...record, settings: { ...record.settings, sentFrom: `Pod ${loaderName}` } } : record;
  }

  private take(message: FromLoader): void {
    if (message.type === 'ready' || message.type === 'pong') this.onAnswer();
    if (message.type === 'ended') {
      this.dropped = message;
      this.channel?.letGo();
    }
    if (message.type !== 'samples') return;
    this.samples.push(...message.samples);
    this.options.onSamples(message.samples);
  }

  private deathOf(how: string): LabError {
    const complaint = this.channel?.complaint() ?? '';
    return new LabError(`the load generator ended unexpectedly: ${how}${complaint ? `\n${complaint.trim()}` : ''}`);
  }
}
