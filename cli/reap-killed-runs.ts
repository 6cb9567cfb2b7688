import type { Platform } from '../cluster/platform.ts';

/**
 * Takes down what runs that used this name have left that were killed. Answers what was ended, and what is still there, in sentences; does not
 * reject for that: what another run has left, maybe in another cluster, keeps nobody from their own.
 */
export async function reapKilledRuns(platform: Platform, name: string): Promise<{ ended: string[]; still: string[] }> {
  const [ended, still]: [string[], string[]] = [[], []];
  for (const lab of await platform.list()) {
    const pid = lab.startsWith(`${name}-`) ? lab.slice(name.length + 1) : '';
    // A run beside this one may be starting its cluster just now: what belongs to a living process is not left behind.
    if (!/^\d+$/.test(pid) || isRunning(Number(pid)) || !(await platform.isAbandoned(lab))) continue;
    try {
      ended.push(...(await platform.down(lab)).map((sentence) => `left by a run that was killed: ${sentence}`));
    } catch (error) {
      still.push(`left by a run that was killed, and still there: ${(error as Error).message.trim()}`);
    }
  }
  return { ended, still };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
