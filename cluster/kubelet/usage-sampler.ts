import type { RunningContainer } from './runtimes/runtime.ts';

interface Sample {
  atMs: number;
  cpuSeconds: number;
  memoryBytes: number;
}

export interface Usage {
  atMs: number;
  windowMs: number;
  cpuCores: number;
  memoryBytes: number;
}

/** How often usage is read: the window that cpu figures are the mean of. */
const PERIOD_MS = 5000;

/** Reads what running containers use, all at one time. The first window of a container begins with its start. */
export class UsageSampler {
  private readonly samples = new Map<RunningContainer, { last: Sample; usage?: Usage }>();
  private readonly running: () => { container: RunningContainer; startedAtMs: number }[];
  private readonly now: () => number;
  private readonly timer: NodeJS.Timeout;

  /** `running` answers what runs now. */
  constructor(running: () => { container: RunningContainer; startedAtMs: number }[], now: () => number, periodMs = PERIOD_MS) {
    this.running = running;
    this.now = now;
    this.timer = setInterval(() => this.sample(), periodMs);
  }

  /** Undefined before the first reading of a container. */
  usage(container: RunningContainer): Usage | undefined {
    return this.samples.get(container)?.usage;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    const running = new Map(this.running().map(({ container, startedAtMs }) => [container, startedAtMs]));
    for (const container of this.samples.keys()) if (!running.has(container)) this.samples.delete(container);
    for (const [container, startedAtMs] of running) {
      const read = container.usage();
      if (!read) continue;
      const now: Sample = { ...read, atMs: this.now() };
      const before = this.samples.get(container)?.last ?? { atMs: startedAtMs, cpuSeconds: 0 };
      const windowMs = now.atMs - before.atMs;
      // A child that was not waited for takes its time with it: usage does not go below nothing.
      const used = Math.max(0, now.cpuSeconds - before.cpuSeconds);
      const usage =
        windowMs > 0 ? { atMs: now.atMs, windowMs, cpuCores: (used * 1000) / windowMs, memoryBytes: now.memoryBytes } : undefined;
      this.samples.set(container, { last: now, usage });
    }
  }
}
