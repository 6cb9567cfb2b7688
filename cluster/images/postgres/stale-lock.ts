import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Removes the lock file of a server that was killed. In a container each server is process 1, and so never takes its forerunner's lock for
 * another's; here the killed one may still be a zombie, which answers to signals like a living process. The forerunner's backends end by
 * themselves when they notice; they work in the data folder, so they are waited for by that. Throws where they are still there after `timeoutMs`.
 */
export async function removeStaleLock(folder: string, timeoutMs = 10_000): Promise<void> {
  if (process.platform !== 'linux') return; // the server's own check decides there
  const lock = join(folder, 'postmaster.pid');
  const text = await readFile(lock, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const pid = Number(text?.split('\n')[0]);
  if (!text || !pid || (await isAlive(pid))) return;
  const until = Date.now() + timeoutMs;
  const real = await realpath(folder);
  for (let left = await working(real); left.length > 0; left = await working(real)) {
    if (Date.now() > until) throw new Error(`processes of a killed server still use ${folder}: ${left.join(', ')}`);
    await pause(20);
  }
  await rm(lock, { force: true });
}

/** A zombie is dead: it only waits for its parent to look. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function working(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_pid, index) => folders[index] === folder);
}
