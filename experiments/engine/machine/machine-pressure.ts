import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** What this machine has done since boot. */
export interface MachineTimes {
  /** How long something has waited for a CPU, in ms (Linux' pressure stall information, `some`); null where it is not told. */
  cpuStalledMs: number | null;
  /** The same for its disks. */
  ioStalledMs: number | null;
  /** How long CPUs had nothing to do, in ms, all of them added up; null where it is not told. Waiting for a disk is not idle. */
  idleMs: number | null;
  /** How many there are. */
  cpus: number;
}

export function readMachineTimes(): MachineTimes {
  const all = cpus(); // none where the system does not tell
  return {
    cpuStalledMs: readStallMs('cpu'),
    ioStalledMs: readStallMs('io'),
    idleMs: all.length === 0 ? null : all.reduce((sum, { times }) => sum + times.idle, 0),
    cpus: all.length,
  };
}

function readStallMs(of: 'cpu' | 'io'): number | null {
  let text: string;
  try {
    text = readFileSync(`/proc/pressure/${of}`, 'utf8');
  } catch {
    return null; // another system, or a kernel without it
  }
  return parseStallMs(text);
}

/** The total of the line `some`, in ms; null where there is none. */
export function parseStallMs(text: string): number | null {
  const total = /^some .*\btotal=(\d+)$/m.exec(text)?.[1];
  return total === undefined ? null : Number(total) / 1000;
}

/** From this share on a machine is short of CPU: hardly a moment in which nothing waited. A run alone on two cores comes to about a half. */
const starvedShare = 0.9;
/**
 * From this share on where the load generator was late, too, or the CPUs had no time left. Two sides at once on two cores come to four fifths, which
 * may do no harm; requests that leave late show that it did, and CPUs that were never idle that it may have.
 */
const busyShare = 0.7;
const lateMs = 25;
/** Up to this share of idle time nothing was left for what was too slow. A run alone on two cores leaves a quarter. */
const usedUpShare = 0.1;
/** From this share on a machine is short of disk. A run alone comes to a fiftieth, also where PostgreSQL waits for the disk at each commit. */
const starvedIoShare = 0.5;
/** Shorter looks say nothing. */
const leastMs = 1000;

/** How short of CPU and disk this machine was from one moment to the next. Shares are 0..1; null: not to be known. */
export interface MachinePressure {
  /** Of the time, in which something that could run had to wait for a CPU. */
  cpu: number | null;
  /** Of the time, in which something had to wait for a disk. */
  io: number | null;
  /** Of the CPUs' time, in which they had nothing to do. */
  idle: number | null;
  /** What it had too little of. */
  shortOf: 'CPU' | 'disk' | null;
}

/** The pressure between two looks. `latenessMs`: how late the load generator's requests left meanwhile (p99); 0 where there was none. */
export function decidePressure(before: MachineTimes, after: MachineTimes, elapsedMs: number, latenessMs: number): MachinePressure {
  if (elapsedMs < leastMs) return { cpu: null, io: null, idle: null, shortOf: null };
  const cpu = shareOf(before.cpuStalledMs, after.cpuStalledMs, elapsedMs);
  const io = shareOf(before.ioStalledMs, after.ioStalledMs, elapsedMs);
  const idle = shareOf(before.idleMs, after.idleMs, elapsedMs * after.cpus);
  const harmed = latenessMs >= lateMs || (idle !== null && idle <= usedUpShare);
  if (cpu !== null && (cpu >= starvedShare || (cpu >= busyShare && harmed))) return { cpu, io, idle, shortOf: 'CPU' };
  return { cpu, io, idle, shortOf: io !== null && io >= starvedIoShare ? 'disk' : null };
}

const shareOf = (before: number | null, after: number | null, wholeMs: number): number | null =>
  before === null || after === null ? null : Math.min(1, (after - before) / wholeMs);

/** Begins to look; what is answered tells the pressure since then. */
export function watchMachine(
  read: () => MachineTimes = readMachineTimes,
  now: () => number = () => performance.now(),
): (latenessMs: number) => MachinePressure {
  const [before, startedMs] = [read(), now()];
  return (latenessMs) => decidePressure(before, read(), now() - startedMs, latenessMs);
}
