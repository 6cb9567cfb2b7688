import type { Platform } from '../cluster/platform.ts';

/** Takes down what runs that used this name have left whose processes are gone, and says what that was. Does not reject for what cannot be taken down. */
export async function reapKilledRuns(platform: Platform, name: string, tell: (text: string) => void): Promise<void> {
  for (const lab of await platform.list()) {
    const pid = lab.startsWith(`${name}-`) ? lab.slice(name.length + 1) : '';
    // A run beside this one may be starting its cluster just now: what belongs to a living process is not left behind.
    if (!/^\d+$/.test(pid) || isRunning(Number(pid)) || (await platform.find(lab))) continue;
    try {
      for (const sentence of await platform.down(lab)) tell(`left by a run that was killed: ${sentence}`);
    } catch (error) {
      // What another run has left, maybe in another cluster, does not keep this one from its own; `shoplab down` ends with the error.
      tell(`left by a run that was killed, and still there: ${(error as Error).message.trim()}`);
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
