import type { ContainerMarks } from './container-marks.ts';
import { ProcessCpu } from './process-cpu.ts';

/** So often at least it is looked for new processes of a container that hardly does anything. */
const CALM_SEARCH_MS = 200;

/** All processes of a container, and the CPU time that they and those before them have used together. */
export class ProcessTree {
  private readonly members = new Map<number, ProcessCpu>();
  private readonly main: number;
  private readonly mark: string;
  private readonly marks: ContainerMarks;
  /** Of processes that were seen and have ended. */
  private endedMs = 0;
  /** Of processes that came and went between two looks, as their parents tell. */
  private unseenMs = 0;
  private used = { ms: 0, ticks: -1 };
  private foundAtMs = Number.NEGATIVE_INFINITY;

  /** `mark` is in the environment of each of its processes. */
  constructor(main: number, mark: string, marks: ContainerMarks) {
    this.main = main;
    this.mark = mark;
    this.marks = marks;
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
    this.foundAtMs = nowMs;
    let isNew = false;
    // What is added meanwhile is looked at too.
    for (const process of this.members.values()) for (const child of process.findChildren()) isNew = this.add(child) || isNew;
    for (const pid of this.marks.of(this.main, this.mark, nowMs)) isNew = this.add(pid) || isNew;
    return isNew;
  }

  /** Milliseconds of CPU time in all; never less than before. Of a calm container the kernel's coarse account says whether it changed. */
  usedMs(nowMs: number, isCalm = false): number {
    let ticks = 0;
    for (const [pid, process] of this.members) {
      process.readTicks();
      if (process.isGone) this.bury(pid, process);
      else ticks += process.ticks;
    }
    if (isCalm && ticks === this.used.ticks && nowMs - this.foundAtMs < CALM_SEARCH_MS) return this.used.ms;
    this.find(nowMs);
    let [livingMs, waitedMs] = [0, 0];
    for (const process of this.members.values()) {
      process.readThreads();
      livingMs += process.usedMs;
      waitedMs += process.waitedMs;
    }
    this.unseenMs = Math.max(this.unseenMs, waitedMs - this.endedMs);
    this.used = { ms: Math.max(this.used.ms, livingMs + this.endedMs + this.unseenMs), ticks };
    return this.used.ms;
  }

  close(): void {
    for (const process of this.members.values()) process.close();
    this.members.clear();
  }

  private bury(pid: number, process: ProcessCpu): void {
    this.endedMs += process.usedMs;
    process.close();
    this.members.delete(pid);
  }
}
