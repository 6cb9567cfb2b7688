import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until the answer is not undefined; undefined when the time is over. For what has no event to wait for. */
export async function waitFor<T>(
  ask: () => Promise<T | undefined>,
  timeoutMs: number,
  everyMs: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  for (const until = Date.now() + timeoutMs; ; await pause(everyMs, undefined, { signal })) {
    const answer = await ask();
    if (answer !== undefined || Date.now() > until) return answer;
  }
}
