import { readdirSync, readFileSync } from 'node:fs';

/** A process as /proc shows it; times in clock ticks of 10 ms, its own and those of ended children that it waited for. */
export interface ProcessEntry {
  pid: number;
  /** A letter of proc(5): Z has ended, and waits for its parent to see it. */
  state: string;
  parent: number;
  group: number;
  session: number;
  ticks: number;
  /** Ticks since boot: with the pid it names a process for ever. */
  startTime: number;
}

const TICKS_PER_SECOND = 100;

/** Text of a file of /proc; undefined where the process is gone, is another user's, or there is no /proc. */
function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'latin1');
  } catch {
    return undefined; // it ended meanwhile: as good as not there
  }
}

export function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readProc(`${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command's name may hold anything, blanks and brackets too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (index: number) => Number(fields[index]);
  return {
    pid,
    state: fields[0] ?? '',
    parent: at(1),
    group: at(2),
    session: at(3),
    ticks: at(11) + at(12) + at(13) + at(14),
    startTime: at(19),
  };
}

/** All processes; [] where there is no /proc. */
export function readProcesses(): ProcessEntry[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : []));
}

/** Usage of all containers is read one after the other: the table is read once for them. */
const RECENT_MS = 50;
let recent: { atMs: number; processes: ProcessEntry[] } | undefined;

/** As `readProcesses`, at most 50 ms old. */
export function recentProcesses(): ProcessEntry[] {
  const atMs = performance.now();
  if (!recent || atMs - recent.atMs > RECENT_MS) recent = { atMs, processes: readProcesses() };
  return recent.processes;
}

/** The processes of a container: its main process's group and session, and all that descend from those. */
export function membersOf(main: number, processes: ProcessEntry[]): ProcessEntry[] {
  const members = new Map<number, ProcessEntry>();
  const add = (entry: ProcessEntry): void => {
    if (members.has(entry.pid)) return;
    members.set(entry.pid, entry);
    for (const child of processes) if (child.parent === entry.pid) add(child);
  };
  for (const entry of processes) if (entry.pid === main || entry.group === main || entry.session === main) add(entry);
  return [...members.values()];
}

/** The environment that a process was started with, as `NAME=value`; [] where it is gone or another user's. */
export const readEnvironment = (pid: number): string[] => readProc(`${pid}/environ`)?.split('\0') ?? [];

/** Processes that were started with this in their environment, wherever they went since. */
export const markedWith = (mark: string, processes: ProcessEntry[]): ProcessEntry[] =>
  processes.filter(({ pid }) => readEnvironment(pid).includes(mark));

/** CPU used and memory held by processes together; memory that they may share is counted once. */
export function usageOf(members: ProcessEntry[]): { cpuSeconds: number; memoryBytes: number } | undefined {
  if (members.length === 0) return undefined;
  const { own, sharedFile, sharedMemory } = memoryOf(members.map(({ pid }) => pid));
  const ticks = members.reduce((sum, member) => sum + member.ticks, 0);
  return { cpuSeconds: ticks / TICKS_PER_SECOND, memoryBytes: own + sharedFile + sharedMemory };
}

/** Bytes that the kernel could not take back from these processes, which a memory limit is about; pages of files it could. */
export function unreclaimableBytes(pids: number[]): number {
  const { own, sharedMemory } = memoryOf(pids);
  return own + sharedMemory;
}

/** Bytes in memory of processes together: anonymous ones, and the most that one of them has of files and of shared memory. */
function memoryOf(pids: number[]): { own: number; sharedFile: number; sharedMemory: number } {
  const sum = { own: 0, sharedFile: 0, sharedMemory: 0 };
  for (const pid of pids) {
    const status = readProc(`${pid}/status`) ?? '';
    const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
    sum.own += bytes('RssAnon');
    sum.sharedFile = Math.max(sum.sharedFile, bytes('RssFile'));
    sum.sharedMemory = Math.max(sum.sharedMemory, bytes('RssShmem'));
  }
  return sum;
}
