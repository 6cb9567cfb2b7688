import { markedWith, membersOf, readProcesses } from '../process-table.ts';
import { ProcessCpu } from './process-cpu.ts';

/** What left its family between two looks is found by its environment, in all processes: that is dear. */
const SEARCH_EVERY_MS = 5000;

/** All processes of a container, and the CPU time that they and those before them have used together. */
export class ProcessTree {
  private readonly members = new Map<number, ProcessCpu>();
  private readonly main: number;
  private readonly mark: string;
  /** Of processes that were seen and have ended. */
  private endedMs = 0;
  /** Of processes that came and went between two looks, as their parents tell. */
  private unseenMs = 0;
  private searchedAtMs: number;

  /** `mark` is in the environment of each of its processes. */
  constructor(main: number, mark: string, nowMs: number) {
    this.main = main;
    this.mark = mark;
    this.searchedAtMs = nowMs;
    this.add(main);
  }

  /** One that belongs to it though it is no child of another. */
  add(pid: number): boolean {
    if (this.members.has(pid)) return false;
    const process = new ProcessCpu(pid);
    if (process.isGone) process.close();
    else this.members.set(pid, process);
    return !process.isGone;
  }

  pids(): number[] {
    return [...this.members.keys()];
  }

  /** Looks for processes that are new; answers whether there were any. */
  find(nowMs: number): boolean {
    let isNew = false;
    // What is added meanwhile is looked at too.
    for (const process of this.members.values()) for (const child of process.findChildren()) isNew = this.add(child) || isNew;
    if (nowMs - this.searchedAtMs < SEARCH_EVERY_MS) return isNew;
    this.searchedAtMs = nowMs;
    const all = readProcesses().filter(({ state }) => state !== 'Z' && state !== 'X');
    const ours = [...membersOf(this.main, all), ...markedWith(this.mark, all)];
    for (const { pid } of ours) isNew = this.add(pid) || isNew;
    return isNew;
  }

  /** Milliseconds of CPU time in all; never less than before. */
  usedMs(): number {
    let [livingMs, waitedMs] = [0, 0];
    for (const [pid, process] of this.members) {
      process.read();
      if (process.isGone) {
        this.endedMs += process.usedMs;
        process.close();
        this.members.delete(pid);
        continue;
      }
      livingMs += process.usedMs;
      waitedMs += process.waitedMs;
    }
    this.unseenMs = Math.max(this.unseenMs, waitedMs - this.endedMs);
    return livingMs + this.endedMs + this.unseenMs;
  }

  close(): void {
    for (const process of this.members.values()) process.close();
    this.members.clear();
  }
}
