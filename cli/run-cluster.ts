import type { Cluster, Platform, UpOptions } from '../cluster/platform.ts';
import { UsageError } from './errors/usage-error.ts';
import type { Progress } from './progress/progress.ts';

/**
 * The cluster for a run: the lab of that name where `shoplab up` has left it up, else one of the run's own, which ends with this process.
 * It has the process's number in its name, so that runs beside each other do not meet; what a killed run has left is cleared away first.
 */
export async function clusterForRun(
  platform: Platform,
  name: string,
  progress: Progress,
  signal: AbortSignal,
  settings: Pick<UpOptions, 'autoscalerSyncMs' | 'imagesFile' | 'nodeImage' | 'context' | 'imageRegistry'> = {},
): Promise<Cluster> {
  await reapKilledRuns(platform, name, progress);
  const there = await platform.find(name);
  if (there) {
    const { imagesFile, context, imageRegistry } = settings;
    if (context !== there.context)
      throw new UsageError(`lab ${name} is up in context ${there.context}`, { hint: 'let the run have a lab of its own by --name OTHER' });
    if (imagesFile !== undefined && there.imagesFile !== imagesFile)
      throw new UsageError(`lab ${name} is up without the images of ${imagesFile}`, {
        hint: `let the run have a lab of its own by --name OTHER, or start the lab by shoplab up --images ${imagesFile}`,
      });
    if (imageRegistry !== undefined && there.imageRegistry !== imageRegistry)
      throw new UsageError(`lab ${name} is up ${there.imageRegistry ? `with images of ${there.imageRegistry}` : 'without a registry'}`, {
        hint: 'let the run have a lab of its own by --name OTHER',
      });
    progress.tell(`using lab ${name}, which is up`);
    return there;
  }
  progress.step(`starting a cluster on platform ${platform.name}`);
  const cluster = await platform.up({
    name: `${name}-${process.pid}`,
    life: 'owner',
    ...settings,
    signal,
    onProgress: (step) => progress.saw(step),
  });
  progress.done();
  return cluster;
}

async function reapKilledRuns(platform: Platform, name: string, progress: Progress): Promise<void> {
  for (const lab of await platform.list()) {
    const pid = lab.startsWith(`${name}-`) ? lab.slice(name.length + 1) : '';
    // A run beside this one may be starting its cluster just now: what belongs to a living process is not left behind.
    if (!/^\d+$/.test(pid) || isRunning(Number(pid)) || (await platform.find(lab))) continue;
    try {
      for (const sentence of await platform.down(lab)) progress.tell(`left by a run that was killed: ${sentence}`);
    } catch (error) {
      // What another run has left, maybe in another cluster, does not keep this one from its own; `shoplab down` ends with the error.
      progress.tell(`left by a run that was killed, and still there: ${(error as Error).message.trim()}`);
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
