/** A look at everything once in a while, as the kubelet has it: 60 to 90 s after a good sync, 10 to 15 s after a failed one. */
const RESYNC_MS = 60_000;
const RETRY_MS = 10_000;
const JITTER = 0.5;
/** The first sync makes the Pod's sandbox, and the kubelet, which asks its runtime once a second for what is new, looks again for that. */
const FIRST_RETRY_MS = 1000;
const MOUNT_RETRY_MS = 500;
const LONGEST_MOUNT_RETRY_MS = 122_000;

export type SyncResult = 'done' | 'again soon' | 'unmounted';

/** Runs one sync after the other, when woken and by time (pkg/kubelet/pod_workers.go, completeWork). */
export class SyncLoop {
  private readonly sync: () => Promise<SyncResult>;
  private readonly random: () => number;
  private readonly onError: (error: unknown) => void;
  private current: Promise<void> | undefined;
  private isWoken = false;
  private isStopped = false;
  private timer: NodeJS.Timeout | undefined;
  private deadline: NodeJS.Timeout | undefined;
  private syncs = 0;
  private mountFailures = 0;

  constructor(sync: () => Promise<SyncResult>, random: () => number, onError: (error: unknown) => void) {
    this.sync = sync;
    this.random = random;
    this.onError = onError;
  }

  /** Syncs as soon as may be: after the sync that is on, if any. */
  wake(): void {
    if (this.isStopped) return;
    this.isWoken = true;
    this.current ??= this.run();
  }

  /** As `wake`, in so many milliseconds at the latest. */
  wakeWithin(milliseconds: number): void {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.wake(), Math.min(milliseconds, 2 ** 31 - 1));
  }

  /** Nothing is synced any more. Resolves when the sync that was on has ended; `meanwhile` runs beside it, to let it end. */
  async stop(meanwhile: () => Promise<void>): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.deadline);
    await Promise.all([this.current, meanwhile()]);
    await meanwhile();
  }

  private async run(): Promise<void> {
    // Not inside the write that woke it.
    await Promise.resolve();
    while (this.isWoken && !this.isStopped) {
      this.isWoken = false;
      clearTimeout(this.timer);
      this.syncs += 1;
      let result: SyncResult = 'again soon';
      try {
        result = await this.sync();
      } catch (error) {
        this.onError(error);
      }
      if (!this.isStopped) this.timer = setTimeout(() => this.wake(), this.waitMs(result));
    }
    this.current = undefined;
  }

  private waitMs(result: SyncResult): number {
    const jitter = 1 + JITTER * this.random();
    if (result === 'done') return RESYNC_MS * jitter;
    if (result === 'unmounted') return Math.min(MOUNT_RETRY_MS * 2 ** this.mountFailures++, LONGEST_MOUNT_RETRY_MS);
    return this.syncs === 1 ? FIRST_RETRY_MS : RETRY_MS * jitter;
  }
}
