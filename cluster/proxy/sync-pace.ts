/** kube-proxy's minSyncPeriod (pkg/proxy/apis/config/v1alpha1/defaults.go). */
export const minSyncMs = 1000;

/** How long a change has to wait so that there are no two within one period; 0: it goes through at once. `lastMs` undefined: it is the first. */
export function decideSyncDelay(lastMs: number | undefined, nowMs: number, periodMs: number = minSyncMs): number {
  return lastMs === undefined ? 0 : Math.max(0, lastMs + periodMs - nowMs);
}

/**
 * Lets work through at most once in a period, as kube-proxy writes its rules: what comes in between is done together at the period's end. So for
 * up to a second new connections go to an endpoint that is no longer there; preStop is what bridges it.
 */
export class SyncPace {
  private lastMs: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly work: () => boolean;
  private readonly now: () => number;

  /** `work` answers whether it changed anything; what did not does not count. */
  constructor(work: () => boolean, now: () => number = () => performance.now()) {
    this.work = work;
    this.now = now;
  }

  request(): void {
    if (this.timer) return;
    const delayMs = decideSyncDelay(this.lastMs, this.now());
    if (delayMs === 0) this.run();
    else {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.run();
      }, delayMs);
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private run(): void {
    if (this.work()) this.lastMs = this.now();
  }
}
