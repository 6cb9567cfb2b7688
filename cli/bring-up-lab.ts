import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildKustomization } from '../cluster/kustomize/build.ts';
import type { Cluster, Platform } from '../cluster/platform.ts';
import { applyAndWait } from './apply-and-wait.ts';
import { UsageError } from './errors/usage-error.ts';
import { localhostPorts, requireFreePorts } from './free-ports.ts';
import type { Progress } from './progress/progress.ts';

/** Namespace of the shop that `shoplab up` brings up; its LoadBalancers answer on localhost. */
export const shopNamespace = 'shop';

export interface LabOptions {
  platform: Platform;
  name: string;
  /** Kustomization folder to apply. */
  folder: string;
  imagesFile: string | undefined;
  /** Absent: as the platform has it. */
  autoscalerSyncMs: number | undefined;
  progress: Progress;
  signal: AbortSignal;
}

/** Starts a cluster that stays, applies the folder, and waits until all its Pods are Ready. What was started is ended where that fails. */
export async function bringUpLab({ platform, name, folder, imagesFile, autoscalerSyncMs, progress, signal }: LabOptions): Promise<Cluster> {
  const objects = await buildKustomization(folder);
  if (!(await platform.find(name))) await requireFreePorts(localhostPorts(objects));
  progress.step(`starting lab ${name} on platform ${platform.name}`);
  const cluster = await platform.up({
    name,
    life: 'detached',
    localhostNamespace: shopNamespace,
    ...(imagesFile === undefined ? {} : { imagesFile: resolve(imagesFile) }),
    ...(autoscalerSyncMs === undefined ? {} : { autoscalerSyncMs }),
    signal,
    onProgress: (step) => progress.saw(step),
  });
  progress.done(cluster.started ? undefined : 'it was up');
  try {
    progress.step('waiting until all Pods are Ready');
    await applyAndWait(cluster.kubeconfig, shopNamespace, objects, { signal, say: (text) => progress.saw(text) });
    progress.done();
  } catch (error) {
    progress.stop();
    if (cluster.started) await platform.down(name);
    throw error;
  }
  return cluster;
}

/** The folder that `--overlay` or `-k` means; the base where neither is given. */
export function kustomizationFolder(
  manifests: string,
  { overlay, kustomize }: { overlay?: string | undefined; kustomize?: string | undefined },
): string {
  const folder =
    kustomize !== undefined ? resolve(kustomize) : overlay !== undefined ? join(manifests, 'overlays', overlay) : join(manifests, 'base');
  if (['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some((file) => existsSync(join(folder, file)))) return folder;
  throw new UsageError(`${folder} is no kustomization: it has no kustomization.yaml`, {
    hint: overlay === undefined ? 'name a folder that `kubectl apply -k` would take' : 'for example --overlay async-decoupling/treatment',
  });
}
