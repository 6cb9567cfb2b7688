import { availableParallelism } from 'node:os';
import { unreclaimableBytes } from '../process-table.ts';
import type { ContainerMarks } from './container-marks.ts';
import { decideQuota, initialQuota, isCalm, PERIOD_MS, type QuotaState } from './cpu-quota.ts';
import type { Limits } from './limiter-message.ts';
import { ProcessTree } from './process-tree.ts';

const MEMORY_LOOK_MS = 100;
const GRID_MS = 50;
const STOPS_WITHIN_MS = 0.2;
const nobody = new Int32Array(new SharedArrayBuffer(4));
/** A fork that was on while its parent was stopped is found by looking again, so often at most. */
const MOST_SEARCHES = 5;

/** Holds one container to its limits: stops and continues its processes, and tells when it is out of memory. */
export class LimitedContainer {
  private readonly main: number;
  private readonly limits: Limits;
  private readonly onOutOfMemory: (usedBytes: number) => void;
  private readonly tree: ProcessTree;
  private quota: QuotaState | undefined;
  private isStopped = false;
  private isOutOfMemory = false;
  private memoryDueMs: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(main: number, mark: string, marks: ContainerMarks, limits: Limits, onOutOfMemory: (usedBytes: number) => void) {
    this.main = main;
    this.limits = limits;
    this.onOutOfMemory = onOutOfMemory;
    const nowMs = performance.now();
    this.tree = new ProcessTree(main, mark, marks);
    this.memoryDueMs = nowMs;
    // A limiter that was killed may have left it stopped.
    this.signal('SIGCONT');
    const { cpuCores } = limits;
    if (cpuCores !== undefined && cpuCores < availableParallelism())
      this.quota = initialQuota(cpuCores * PERIOD_MS, this.tree.usedMs(nowMs), nowMs);
    this.look();
  }

  join(member: number): void {
    this.tree.add(member);
    if (this.isStopped) send(member, 'SIGSTOP');
  }

  /** Limits nothing any more, and leaves nothing stopped. */
  release(): void {
    clearTimeout(this.timer);
    if (this.isStopped) this.signal('SIGCONT');
    this.tree.close();
  }

  private look(): void {
    const nowMs = performance.now();
    const usedMs = this.tree.usedMs(nowMs, this.quota === undefined || isCalm(this.quota));
    const cpuMs = this.quota && !this.isOutOfMemory ? this.lookAtCpu(this.quota, usedMs, nowMs) : Number.POSITIVE_INFINITY;
    const memoryMs = this.limits.memoryBytes === undefined ? Number.POSITIVE_INFINITY : this.lookAtMemory(this.limits.memoryBytes, nowMs);
    const nextMs = Math.min(cpuMs, memoryMs);
    if (!Number.isFinite(nextMs)) return;
    const calm = this.quota === undefined || isCalm(this.quota);
    this.timer = setTimeout(() => this.look(), calm ? onGrid(nextMs) : nextMs);
  }

  private lookAtCpu(before: QuotaState, usedMs: number, nowMs: number): number {
    const quotaMs = (this.limits.cpuCores ?? 0) * PERIOD_MS;
    const { state, lookAfterMs } = decideQuota(before, quotaMs, usedMs, nowMs, availableParallelism());
    this.quota = state;
    if (!state.runs) {
      if (!this.isStopped) this.stop();
      if (lookAfterMs > 0) return lookAfterMs;
      // Until it has stopped on its core.
      Atomics.wait(nobody, 0, 0, STOPS_WITHIN_MS);
      return this.lookAtCpu(state, this.tree.usedMs(nowMs), performance.now());
    }
    if (this.isStopped) {
      this.isStopped = false;
      this.signal('SIGCONT');
    }
    return lookAfterMs;
  }

  private lookAtMemory(limitBytes: number, nowMs: number): number {
    if (nowMs < this.memoryDueMs - GRID_MS / 2) return this.memoryDueMs - nowMs;
    this.memoryDueMs = nowMs + MEMORY_LOOK_MS;
    const usedBytes = unreclaimableBytes(this.tree.pids());
    if (usedBytes <= limitBytes || this.isOutOfMemory) return MEMORY_LOOK_MS;
    // It takes no more while the kubelet ends it.
    this.isOutOfMemory = true;
    this.stop();
    this.onOutOfMemory(usedBytes);
    return Number.POSITIVE_INFINITY;
  }

  private stop(): void {
    this.isStopped = true;
    for (let searches = 0; searches < MOST_SEARCHES; searches += 1) {
      this.signal('SIGSTOP');
      if (!this.tree.find(performance.now())) return;
    }
  }

  private signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    send(-this.main, signal);
    for (const pid of this.tree.pids()) send(pid, signal);
  }
}

/** Calm containers are looked at together: to wake up is dearer than to look. */
function onGrid(afterMs: number): number {
  const nowMs = performance.now();
  return Math.max(1, Math.round((nowMs + afterMs) / GRID_MS) * GRID_MS - nowMs);
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
