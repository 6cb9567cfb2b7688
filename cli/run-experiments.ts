import { buildKustomization } from '../cluster/kustomize/build.ts';
import type { Cluster, Platform } from '../cluster/platform.ts';
import type { Experiment } from '../experiments/engine/experiment.ts';
import type { Journal } from '../experiments/engine/journal.ts';
import { runExperiment } from '../experiments/engine/runner.ts';
import { undoLeftovers } from '../experiments/engine/undo/undo-leftovers.ts';
import { pipelineRunner } from './ci/pipeline-runner.ts';
import { observeRun } from './progress/observe-run.ts';
import type { Progress } from './progress/progress.ts';
import { clusterForRun } from './run-cluster.ts';

export interface RunOptions {
  platform: Platform;
  name: string;
  seed: number;
  rate: number | undefined;
  loadMs: number | undefined;
  /** Of a cluster that is started for the run; absent: as the platform has it. */
  autoscalerSyncMs?: number;
  /** Whether variants may run at the same time, where the experiment allows it. */
  sideBySide: boolean;
  version: string;
  manifests: string;
  signal: AbortSignal;
  progress: Progress;
  /** Called when an experiment is over, before the next begins. */
  onJournal(journal: Journal): void;
}

/** Runs experiments one after the other on one cluster, and stops the cluster if it was started for them. A signal ends it after the journal of the one under way. */
export async function runExperiments(experiments: Experiment[], options: RunOptions): Promise<Journal[]> {
  const { progress, signal, autoscalerSyncMs } = options;
  const settings = autoscalerSyncMs === undefined ? {} : { autoscalerSyncMs };
  const cluster = await clusterForRun(options.platform, options.name, progress, signal, settings);
  const journals: Journal[] = [];
  try {
    for (const sentence of await undoLeftovers(cluster.stateDir, cluster.kubeconfig)) progress.tell(`left by an earlier run: ${sentence}`);
    for (const experiment of experiments) {
      if (signal.aborted) break;
      progress.tell(`${experiment.name}: ${experiment.hypothesis}`);
      const journal = await runExperiment(experiment, contextFor(experiment, cluster, options));
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

function contextFor(experiment: Experiment, cluster: Cluster, options: RunOptions): Parameters<typeof runExperiment>[1] {
  const { seed, rate, loadMs, sideBySide, version, manifests, signal, progress } = options;
  return {
    kubeconfig: cluster.kubeconfig,
    platform: cluster.platform,
    manifests,
    buildOverlay: buildKustomization,
    runPipeline: pipelineRunner(cluster, manifests),
    stateDir: cluster.stateDir,
    seed,
    command: commandLine(experiment.name, options),
    version,
    sideBySide,
    overrides: { ...(rate === undefined ? {} : { rate }), ...(loadMs === undefined ? {} : { loadMs }) },
    signal,
    observers: [observeRun(progress)],
  };
}

/** What to type to run the same again. */
function commandLine(name: string, { platform, seed, rate, loadMs, sideBySide }: RunOptions): string {
  const words = [
    'shoplab run',
    name,
    ...(platform.name === 'local' ? [] : ['--platform', platform.name]),
    ...(rate === undefined ? [] : ['--rate', rate]),
    ...(loadMs === undefined ? [] : ['--duration', `${loadMs}ms`]),
    ...(sideBySide ? ['--side-by-side'] : []),
    '--seed',
    seed,
  ];
  return words.join(' ');
}
