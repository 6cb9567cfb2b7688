/** What a loop's sync may ask for: to be called again after so many milliseconds. */
export interface Again {
  afterMs: number;
}

const firstRetryMs = 10;
const longestRetryMs = 5000;

/**
 * Keys that want to be looked at, each once however often it was named; a sync that throws is tried again with back-off. Syncs run one after
 * another, after the write that named the key is complete.
 */
export class WorkQueue {
  private readonly sync: (key: string) => Again | undefined;
  private readonly log: (line: string) => void;
  private readonly waiting = new Set<string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly failures = new Map<string, number>();
  private scheduled: NodeJS.Immediate | undefined;
  private stopped = false;

  constructor(sync: (key: string) => Again | undefined, log: (line: string) => void) {
    this.sync = sync;
    this.log = log;
  }

  add(key: string): void {
    if (this.stopped) return;
    this.waiting.add(key);
    this.scheduled ??= setImmediate(() => this.drain());
  }

  /** Adds the key after so many milliseconds, unless it is named before. */
  addAfter(key: string, afterMs: number): void {
    if (!this.waiting.has(key)) this.later(key, afterMs);
  }

  stop(): void {
    this.stopped = true;
    if (this.scheduled) clearImmediate(this.scheduled);
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.waiting.clear();
    this.timers.clear();
  }

  private drain(): void {
    this.scheduled = undefined;
    for (const key of [...this.waiting]) {
      if (this.stopped) return;
      this.waiting.delete(key);
      this.run(key);
    }
  }

  private run(key: string): void {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    try {
      const again = this.sync(key);
      this.failures.delete(key);
      if (again) this.later(key, again.afterMs);
    } catch (error) {
      const failures = (this.failures.get(key) ?? 0) + 1;
      this.failures.set(key, failures);
      // A conflict says only that somebody else was faster: look again, and there is nothing to tell.
      if ((error as { reason?: string }).reason !== 'Conflict') this.log(`${key}: ${(error as Error).message}`);
      this.later(key, Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1)));
    }
  }

  private later(key: string, afterMs: number): void {
    if (this.stopped) return;
    clearTimeout(this.timers.get(key));
    const timer = setTimeout(() => this.add(key), Math.min(afterMs, 2 ** 31 - 1));
    timer.unref();
    this.timers.set(key, timer);
  }
}

/** An object's place as a queue's key. */
export const keyOf = ({ metadata }: { metadata: { namespace?: string; name: string } }): string =>
  `${metadata.namespace ?? ''}/${metadata.name}`;

/** Namespace and name of a key. */
export function splitKey(key: string): [namespace: string, name: string] {
  const at = key.indexOf('/');
  return [key.slice(0, at), key.slice(at + 1)];
}
