import { setTimeout as pause } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type { ContainerExit } from '../runtime.ts';
import type { EngineHealth } from './engine-health.ts';
import { isMissing } from './engine-images.ts';

const againMs = 200;

/**
 * How a container ended. While the engine is away nobody knows: it is asked again when it is back, and the container may have run on. `abandoned`:
 * nobody waits for that. Never rejects.
 */
export async function endOf(container: Dockerode.Container, health: EngineHealth, abandoned: AbortSignal): Promise<ContainerExit> {
  const isAbandoned = new Promise<void>((resolve) => abandoned.addEventListener('abort', () => resolve(), { once: true }));
  // The answer to `wait` may never come when the engine ends in the middle of it; what it was is asked afterwards in any case.
  for (let complaint: Error | undefined; ; ) {
    const waited = container.wait().then(
      () => undefined,
      (error: Error) => error,
    );
    complaint = (await Promise.race([waited, health.whenDown(), isAbandoned])) ?? undefined;
    await Promise.race([health.whenUp(), isAbandoned]);
    if (abandoned.aborted) return lost();
    try {
      const { State } = await container.inspect();
      if (!State.Running) return { exitCode: State.ExitCode, atMs: Date.now(), ...(State.OOMKilled && { outOfMemory: true }) };
    } catch (error) {
      if (isMissing(error)) return lost();
      complaint = error as Error;
    }
    if (complaint) await pause(againMs);
  }
}

/** The code of a program that nobody can say more of. */
const lost = (): ContainerExit => ({ exitCode: 255, atMs: Date.now() });
