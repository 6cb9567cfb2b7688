import { type ProcessEntry, readEnvironment, readProcesses } from '../process-table.ts';

/** To go through all processes is dear. */
const EVERY_MS = 5000;

/**
 * All processes of this machine with what marks them as a container's: for those that left their family between two looks. Looked at every
 * 5 s at most, for all containers together; the environment of a process is read once.
 */
export class ContainerMarks {
  private readonly variable: string;
  private readonly known = new Map<number, { startTime: number; mark: string }>();
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  private processes: ProcessEntry[] = [];

  /** `variable` names the environment's variable that marks. */
  constructor(variable: string) {
    this.variable = variable;
  }

  /** Those that belong to a container by its main process's group or session, or by their mark (`VARIABLE=value`). */
  of(main: number, mark: string, nowMs: number): number[] {
    if (nowMs - this.lookedAtMs >= EVERY_MS) this.look(nowMs);
    return this.processes.flatMap(({ pid, group, session }) =>
      pid === main || group === main || session === main || this.known.get(pid)?.mark === mark ? [pid] : [],
    );
  }

  private look(nowMs: number): void {
    this.lookedAtMs = nowMs;
    this.processes = readProcesses().filter(({ state }) => state !== 'Z' && state !== 'X');
    const there = new Set(this.processes.map(({ pid }) => pid));
    for (const pid of this.known.keys()) if (!there.has(pid)) this.known.delete(pid);
    for (const { pid, startTime } of this.processes) {
      if (this.known.get(pid)?.startTime === startTime) continue;
      const mark = readEnvironment(pid).find((one) => one.startsWith(`${this.variable}=`)) ?? '';
      this.known.set(pid, { startTime, mark });
    }
  }
}
