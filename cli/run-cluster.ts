import type { Cluster, Platform, UpOptions } from '../cluster/platform.ts';
import { UsageError } from './errors/usage-error.ts';
import { usualRunSyncMs } from './flags.ts';
import type { Progress } from './progress/progress.ts';
import { reapKilledRuns } from './reap-killed-runs.ts';
import { requireAsMade } from './require-as-made.ts';

/**
 * The cluster for a run: the lab of that name where `shoplab up` has left it up, else one of the run's own, which ends with this process.
 * Of the former what is missing is done first, for example images whose content has changed. The latter has the process's number in its name, so that runs beside each other do not meet; what a killed run has left is cleared away first.
 */
export async function clusterForRun(
  platform: Platform,
  name: string,
  progress: Progress,
  signal: AbortSignal,
  settings: Pick<UpOptions, 'autoscalerSyncMs' | 'imagesFile' | 'nodeImage' | 'context' | 'imageRegistry'> = {},
): Promise<Cluster> {
  const { ended, still } = await reapKilledRuns(platform, name);
  for (const sentence of [...ended, ...still]) progress.tell(sentence);
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
    requireAsMade(there, settings);
    progress.step(`using lab ${name}, which is up`);
    const cluster = await platform.up({ name, life: 'owner', ...settings, signal, onProgress: (step) => progress.saw(step) });
    progress.done();
    return cluster;
  }
  progress.step(`starting a cluster on platform ${platform.name}`);
  const cluster = await platform.up({
    name: `${name}-${process.pid}`,
    life: 'owner',
    autoscalerSyncMs: usualRunSyncMs,
    ...settings,
    signal,
    onProgress: (step) => progress.saw(step),
  });
  progress.done();
  return cluster;
}
