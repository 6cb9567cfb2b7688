import { UsageError } from '../errors/usage-error.ts';

/** Flags that only siege has. */
export interface SiegeFlags {
  concurrent?: number | undefined;
  time?: string | undefined;
  reps?: string | undefined;
  delay?: string | undefined;
  benchmark?: boolean | undefined;
}

/** What they ask for. */
export interface SiegeLoad {
  users: number;
  /** Each pauses for up to so long between its requests. */
  pauseMs: number;
  durationMs: number | undefined;
  /** Requests of each user. */
  reps: number | undefined;
}

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };
/** Siege's own, of its siegerc. */
const usualUsers = 25;

/** Whether siege is being spoken: one of its own flags is there. */
export const speaksSiege = ({ concurrent, time, reps, delay, benchmark }: SiegeFlags): boolean =>
  [concurrent, time, reps, delay].some((flag) => flag !== undefined) || benchmark === true;

/** Reads siege's flags as siege does: `-t10S` are seconds, `-t2` minutes. Throws a UsageError. */
export function parseSiege({ concurrent = usualUsers, time, reps, delay, benchmark = false }: SiegeFlags): SiegeLoad {
  return {
    users: concurrent,
    durationMs: time === undefined ? undefined : timeOf(time),
    reps: reps === undefined ? undefined : repsOf(reps),
    pauseMs: delay === undefined || benchmark ? 0 : delayOf(delay),
  };
}

function timeOf(text: string): number {
  const [, amount, unit = 'm'] = /^(\d+)([smh])?$/i.exec(text) ?? [];
  const ms = Number(amount) * (units[unit.toLowerCase()] ?? Number.NaN);
  if (ms > 0) return ms;
  throw new UsageError(`-t${text} is no time of siege's`, {
    hint: 'a number and S, M or H, for example -t10S; minutes where there is no letter',
  });
}

function repsOf(text: string): number {
  if (text === 'once') return 1;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`-r${text} is no number of repetitions`, { hint: 'for example -r10: so many requests of each user' });
}

function delayOf(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return 1000 * Number(text);
  throw new UsageError(`-d${text} is no delay of siege's`, {
    hint: "seconds, for example -d1: each user pauses for up to a second; how long a load lasts is -t10S, or k6's --duration 10s",
  });
}
