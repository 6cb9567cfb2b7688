import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

const NANOSECONDS_PER_MS = 1e6;
const TICK_MS = 10;
const buffer = Buffer.alloc(4096);

interface Thread {
  /** Of its schedstat; undefined where the kernel has none. */
  time: number | undefined;
  /** Of the list of its children; undefined where the kernel has none. */
  children: number | undefined;
  usedMs: number;
}

/**
 * The CPU time of one process of this machine to the microsecond, from the schedstat of its threads: files stay open, so that a look costs a
 * few microseconds for each. Must be closed.
 */
export class ProcessCpu {
  /** Of it and its threads that have ended. */
  usedMs = 0;
  /** Of its children that have ended and that it has waited for, in whole ticks of 10 ms. */
  waitedMs = 0;
  isGone = false;
  /** Of both together, in whole ticks: cheap to read. */
  ticks = 0;
  private readonly pid: number;
  private readonly stat: number | undefined;
  private readonly threads = new Map<string, Thread>();
  private endedMs = 0;
  private ownTicks = 0;

  constructor(pid: number) {
    this.pid = pid;
    this.stat = open(`/proc/${pid}/stat`);
    this.findThreads();
    this.readTicks();
    this.readThreads();
  }

  /** Brings `ticks`, `waitedMs` and `isGone` up to date. */
  readTicks(): void {
    const stat = this.stat === undefined ? undefined : readAgain(this.stat);
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    this.isGone = fields === undefined || fields[0] === 'Z' || fields[0] === 'X';
    if (!fields) return;
    const at = (index: number): number => Number(fields[index] ?? 0);
    this.ownTicks = at(11) + at(12);
    this.waitedMs = (at(13) + at(14)) * TICK_MS;
    this.ticks = this.ownTicks + at(13) + at(14);
  }

  /** Brings `usedMs` up to date; after `readTicks`. */
  readThreads(): void {
    let isExact = true;
    for (const [id, thread] of this.threads) {
      const read = thread.time === undefined ? undefined : readAgain(thread.time);
      if (read) thread.usedMs = Number(read.split(' ')[0]) / NANOSECONDS_PER_MS;
      else if (thread.time === undefined) isExact = false;
      else this.forget(id, thread);
    }
    const exactMs = this.endedMs + [...this.threads.values()].reduce((sum, { usedMs }) => sum + usedMs, 0);
    this.usedMs = Math.max(this.usedMs, isExact ? exactMs : this.ownTicks * TICK_MS);
  }

  /** Looks for new threads; answers the processes that any of them has started. */
  findChildren(): number[] {
    this.findThreads();
    return [...this.threads.values()].flatMap(({ children }) => {
      const list = children === undefined ? '' : (readAgain(children) ?? '');
      return list.trim() === '' ? [] : list.trim().split(' ').map(Number);
    });
  }

  close(): void {
    for (const [id, thread] of this.threads) this.forget(id, thread);
    if (this.stat !== undefined) closeSync(this.stat);
  }

  private findThreads(): void {
    for (const id of listed(`/proc/${this.pid}/task`)) {
      if (this.threads.has(id)) continue;
      const folder = `/proc/${this.pid}/task/${id}`;
      this.threads.set(id, { time: open(`${folder}/schedstat`), children: open(`${folder}/children`), usedMs: 0 });
    }
  }

  private forget(id: string, { time, children, usedMs }: Thread): void {
    this.endedMs += usedMs;
    for (const file of [time, children]) if (file !== undefined) closeSync(file);
    this.threads.delete(id);
  }
}

/** All of a file that is open; undefined where what it tells of is gone. */
function readAgain(file: number): string | undefined {
  try {
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  } catch {
    return undefined; // ESRCH: it ended meanwhile
  }
}

function open(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined; // ended meanwhile, or this kernel has no such file
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // it ended meanwhile
  }
}
