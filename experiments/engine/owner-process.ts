import { readFileSync } from 'node:fs';

/** Annotation on a namespace: whose it is, as `PID:STARTTIME`. A cluster process deletes those whose owner is gone. */
export const ownerAnnotation = 'shoplab.dev/owner-process';

/** Ticks since boot at which a process began (field 22 of /proc/PID/stat): with its pid it names it for ever. Undefined: not there, or no /proc. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may have anything in it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** This process as `PID:STARTTIME`; undefined where the system does not tell, then nobody is asked to watch it. */
export function ownerProcess(): string | undefined {
  const startTime = startTimeOf(process.pid);
  return startTime && `${process.pid}:${startTime}`;
}

/** Whether the process that `ownerProcess` named is there still. */
export function isOwnerAlive(owner: string): boolean {
  const [pid = '', startTime] = owner.split(':');
  if (startTime) return startTimeOf(Number(pid)) === startTime;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
