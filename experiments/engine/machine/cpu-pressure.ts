import { readFileSync } from 'node:fs';

const file = '/proc/pressure/cpu';

/** How long something has waited for a CPU since boot, in ms (Linux' pressure stall information, `some`); null where it is not told. */
export function readCpuStallMs(): number | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
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

/** From this share on a machine is starved: hardly a moment in which nothing waited. A run alone on two cores comes to about a half. */
const starvedShare = 0.9;
/**
 * From this share on where the load generator was late, too. Two sides at once on two cores come to four fifths, which may do no harm; requests
 * that leave late show that it did.
 */
const busyShare = 0.7;
const lateMs = 25;
/** Shorter looks say nothing. */
const leastMs = 1000;

/** How short of CPU this machine was from one moment to the next. */
export interface CpuPressure {
  /** Share of the time, 0..1, in which something that could run had to wait; null: not to be known. */
  share: number | null;
  starved: boolean;
}

/** The pressure between two looks. `latenessMs`: how late the load generator's requests left meanwhile (p99); 0 where there was none. */
export function decideCpuPressure(stalledMs: number | null, elapsedMs: number, latenessMs: number): CpuPressure {
  const share = stalledMs === null || elapsedMs < leastMs ? null : Math.min(1, stalledMs / elapsedMs);
  return { share, starved: share !== null && (share >= starvedShare || (share >= busyShare && latenessMs >= lateMs)) };
}

/** Begins to look; what is answered tells the pressure since then. */
export function watchCpuPressure(
  read: () => number | null = readCpuStallMs,
  now: () => number = () => performance.now(),
): (latenessMs: number) => CpuPressure {
  const [stalledMs, startedMs] = [read(), now()];
  return (latenessMs) => {
    const later = read();
    return decideCpuPressure(stalledMs === null || later === null ? null : later - stalledMs, now() - startedMs, latenessMs);
  };
}
