import { buildKustomization } from '../cluster/kustomize/build.ts';
import { changeImage } from '../cluster/kustomize/images.ts';
import type { Cluster, Platform } from '../cluster/platform.ts';
import type { Journal } from '../experiments/engine/journal.ts';
import { runExperiment } from '../experiments/engine/runner.ts';
import { undoLeftovers } from '../experiments/engine/undo/undo-leftovers.ts';
import { poolJournals, withoutSightings } from '../experiments/engine/verdict/pool.ts';
import { k6Image as usualK6Image } from '../experiments/load/k6/k6-pod.ts';
import type { ChosenExperiment } from './choose-experiments.ts';
import { pipelinesOn } from './ci/pipeline-runner.ts';
import { UsageError } from './errors/usage-error.ts';
import { usualLab } from './flags.ts';
import { onlyInside } from './inside-services.ts';
import { podSecurityOf } from './pod-security.ts';
import { observeRun } from './progress/observe-run.ts';
import type { Progress } from './progress/progress.ts';
import { clusterForRun } from './run-cluster.ts';
import { isThroughK6 } from './through-k6.ts';

export interface RunOptions {
  platform: Platform;
  name: string;
  seed: number;
  /** How often each experiment runs, each time with the next seed; above 1 the runs are summed up in one journal. */
  repeat: number;
  rate: number | undefined;
  loadMs: number | undefined;
  /** As it was asked for; absent: as the lab that is up has it, or as is usual for a run. */
  autoscalerSyncMs?: number | undefined;
  /** As UpOptions has it. */
  nodeImage?: string | undefined;
  context?: string | undefined;
  imageRegistry?: string | undefined;
  /** Whether k6 sends all loads. */
  byK6?: boolean;
  /** Image of the Pods that k6 sends from; absent: it sends from this machine. */
  k6Image?: string | undefined;
  /** Whether variants may run at the same time, where the experiment allows it; undefined: those that are light. */
  sideBySide: boolean | undefined;
  version: string;
  /** What the overlays of the catalog are relative to. */
  manifests: string;
  /** The same as the user named it; absent: ours. */
  ownManifests?: string | undefined;
  signal: AbortSignal;
  progress: Progress;
  /** Called when a run is over, before the next begins. `run`: which of several it is, from 1; absent: the journal of the experiment. */
  onJournal(journal: Journal, run?: number): void;
}

/**
 * Runs experiments one after the other on one cluster, and stops the cluster if it was started for them. Answers a journal for each. A signal
 * ends it after the journal of the one under way.
 */
export async function runExperiments(experiments: ChosenExperiment[], options: RunOptions): Promise<Journal[]> {
  const { progress, signal, autoscalerSyncMs, nodeImage, context, imageRegistry, byK6 = false, k6Image } = options;
  const imagesFile = imagesOf(experiments);
  const settings = {
    ...(autoscalerSyncMs !== undefined && { autoscalerSyncMs }),
    ...(imagesFile !== undefined && { imagesFile }),
    ...(nodeImage !== undefined && { nodeImage }),
    ...(context !== undefined && { context }),
    ...(imageRegistry !== undefined && { imageRegistry }),
  };
  let cluster = await clusterForRun(options.platform, options.name, progress, signal, settings);
  const journals: Journal[] = [];
  try {
    const releasing = experiments.find(({ experiment, file }) => !file && experiment.tags.includes('pipeline'));
    if (releasing && !cluster.images)
      throw new UsageError(
        `${releasing.experiment.name} releases versions, and a cluster that is there takes their images from a registry`,
        {
          hint: `with --image-registry REGISTRY, or --skip ${releasing.experiment.name}`,
        },
      );
    if (k6Image !== undefined && experiments.some((chosen) => isThroughK6(chosen, byK6))) {
      const changes = (await cluster.images?.bring?.(k6Image)) ?? [];
      cluster = { ...cluster, imageChanges: [...(cluster.imageChanges ?? []), ...changes] };
    }
    for (const sentence of await undoLeftovers(cluster.stateDir, cluster.kubeconfig)) progress.tell(`left by an earlier run: ${sentence}`);
    for (const chosen of experiments) {
      if (signal.aborted) break;
      progress.tell(`${chosen.experiment.name}: ${chosen.experiment.hypothesis}`);
      const journal = await runOften(chosen, cluster, options);
      journals.push(journal);
      options.onJournal(journal);
    }
  } finally {
    if (cluster.started) {
      progress.step('stopping the cluster');
      await cluster.stop();
      progress.done();
    }
  }
  return journals;
}

/** The journal of the experiment: of its one run, or the sum of its runs. */
async function runOften(chosen: ChosenExperiment, cluster: Cluster, options: RunOptions): Promise<Journal> {
  const { repeat, seed, signal, progress } = options;
  if (repeat === 1) return runExperiment(chosen.experiment, contextFor(chosen, cluster, options));
  const runs: Journal[] = [];
  for (let run = 1; run <= repeat && !signal.aborted; run += 1) {
    progress.tell(`${chosen.experiment.name}: run ${run} of ${repeat}`);
    const journal = await runExperiment(chosen.experiment, contextFor(chosen, cluster, { ...options, seed: seed + run - 1, repeat: 1 }));
    options.onJournal(journal, run);
    // There may be many runs, and what is left out here is written by now.
    runs.push({ ...journal, variants: journal.variants.map(withoutSightings) });
  }
  return poolJournals(runs, commandLine(chosen, options));
}

/** One cluster has one table of images. */
function imagesOf(experiments: ChosenExperiment[]): string | undefined {
  const files = [...new Set(experiments.flatMap(({ file }) => file?.imagesFile ?? []))];
  if (files.length > 1)
    throw new UsageError(`these experiments have images of different files: ${files.join(', ')}`, {
      hint: 'run them one after the other, or let them name one file',
    });
  return files[0];
}

function contextFor(chosen: ChosenExperiment, cluster: Cluster, options: RunOptions): Parameters<typeof runExperiment>[1] {
  const { file } = chosen;
  const { seed, rate, loadMs, version, signal, progress, byK6 = false, k6Image, sideBySide } = options;
  const manifests = file?.folder ?? options.manifests;
  const { components, labels } = podSecurityOf(cluster, manifests);
  const { imageChanges: images = [] } = cluster;
  const lastsMs = loadMs ?? (cluster.lateMetrics ? chosen.experiment.loadMsWithLateMetrics : undefined);
  return {
    kubeconfig: cluster.kubeconfig,
    platform: cluster.platform,
    manifests,
    buildOverlay: async (folder) => {
      const objects = await buildKustomization(folder, { components, images });
      return cluster.asksFromPod ? onlyInside(objects) : objects;
    },
    imageOf: (image) => images.reduce(changeImage, image),
    ...(cluster.images && { pipelineOf: pipelinesOn(cluster, manifests) }),
    stateDir: cluster.stateDir,
    watchesOverRuns: cluster.watchesOverRuns,
    asksFromPod: cluster.asksFromPod,
    loadsFromPod: cluster.asksFromPod || (k6Image !== undefined && isThroughK6(chosen, byK6)),
    countsRequests: cluster.countsRequests,
    namespaceLabels: { ...cluster.namespaceLabels, ...labels },
    seed,
    command: commandLine(chosen, options),
    version,
    ...(sideBySide !== undefined && { sideBySide }),
    overrides: { ...(rate === undefined ? {} : { rate }), ...(lastsMs === undefined ? {} : { loadMs: lastsMs }) },
    signal,
    observers: [observeRun(progress)],
  };
}

/** As a shell reads it again. */
const quoted = (word: string): string => (/^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** What to type to run the same again. */
function commandLine({ word, file }: ChosenExperiment, options: RunOptions): string {
  const { platform, context, nodeImage, imageRegistry, ownManifests, autoscalerSyncMs } = options;
  const { name, seed, repeat, rate, loadMs, byK6, k6Image, sideBySide } = options;
  const words = [
    'shoplab run',
    quoted(word),
    ...(context !== undefined ? ['--context', quoted(context)] : platform.name === 'local' ? [] : ['--platform', platform.name]),
    ...(nodeImage === undefined ? [] : ['--node-image', nodeImage]),
    ...(imageRegistry === undefined ? [] : ['--image-registry', imageRegistry]),
    // A file names its manifests itself.
    ...(ownManifests === undefined || file ? [] : ['--manifests', quoted(ownManifests)]),
    ...(autoscalerSyncMs === undefined ? [] : ['--hpa-sync-period', `${autoscalerSyncMs}ms`]),
    ...(rate === undefined ? [] : ['--rate', rate]),
    ...(loadMs === undefined ? [] : ['--duration', `${loadMs}ms`]),
    ...(byK6 ? ['--load', 'k6'] : []),
    ...(k6Image !== undefined && k6Image !== usualK6Image ? ['--k6-image', k6Image] : []),
    ...(sideBySide === undefined ? [] : [sideBySide ? '--side-by-side' : '--no-side-by-side']),
    ...(repeat > 1 ? ['--repeat', repeat] : []),
    ...(name === usualLab ? [] : ['--name', name]),
    '--seed',
    seed,
  ];
  return words.join(' ');
}
