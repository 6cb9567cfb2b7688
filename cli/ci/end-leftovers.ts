import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const graceMs = 3000;
const lookEveryMs = 20;

/**
 * Ends what a build left running, as the end of CodeBuild's container does: the process groups of its shells, and on Linux all that carries the
 * build's mark (`NAME=VALUE`) in its environment. SIGTERM first, SIGKILL after 3 s. Answers how many processes it ended (elsewhere: groups).
 */
export async function endLeftovers(groups: readonly number[], mark: string): Promise<number> {
  const left = (): number[] =>
    process.platform === 'linux' ? processesOf(groups, mark) : groups.map((group) => -group).filter((group) => send(group, 0));
  const found = left();
  for (const target of found) send(target, 'SIGTERM');
  await untilGone(left);
  for (const target of left()) send(target, 'SIGKILL');
  await untilGone(left);
  return found.length;
}

async function untilGone(left: () => number[]): Promise<void> {
  const untilMs = performance.now() + graceMs;
  while (left().length > 0 && performance.now() < untilMs) await pause(lookEveryMs);
}

/** Those of the groups, and those whose environment began with the mark. One that has ended counts no more, though nobody asked how. */
function processesOf(groups: readonly number[], mark: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    const stat = readIfThere(`/proc/${name}/stat`);
    // The name in parentheses may have anything in it.
    const [state = '', , group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === '' || /^[ZX]/.test(state)) return [];
    return groups.includes(Number(group)) || readIfThere(`/proc/${name}/environ`).split('\0').includes(mark) ? [Number(name)] : [];
  });
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    // It ended meanwhile, or is another user's.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    if (['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
