import { spawnSync } from 'node:child_process';
import { readProcess } from '../../kubelet/runtimes/process/process-table.ts';

/**
 * When a process started, as a number that with its pid names it for ever: ticks since boot on Linux (field 22 of /proc/PID/stat), seconds
 * of its start elsewhere. Undefined where there is none.
 */
export function startTimeOf(pid: number): number | undefined {
  if (process.platform === 'linux') {
    const found = readProcess(pid);
    // One that has ended stays in the table until its parent looks, for ever where an init of a container never does.
    return found && !/[ZX]/.test(found.state) ? found.startTime : undefined;
  }
  const { stdout, status } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 && stdout.trim() ? Date.parse(stdout.trim()) / 1000 : undefined;
}

/** Whether that very process is there still. */
export const isAlive = ({ pid, startTime }: { pid: number; startTime: number }): boolean => startTimeOf(pid) === startTime;

/** Sends a signal to a process, or to its group; false where it is gone. */
export function signal(pid: number, name: NodeJS.Signals, group = false): boolean {
  try {
    process.kill(group ? -pid : pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
