import { setTimeout as pause } from 'node:timers/promises';

/** Not a measure of anything: only so that a test that waits in vain ends, on however busy a machine. */
const deadlineMs = 60_000;

/** For tests: waits until `look` answers something other than undefined. What it last threw is told when that takes too long. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined, everyMs = 50): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    let last: unknown;
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${deadlineMs} ms in vain for ${what}: ${last instanceof Error ? last.message : 'not yet'}`, { cause: last });
    }
    await pause(everyMs);
  }
}
