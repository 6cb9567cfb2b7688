import type { Experiment } from './experiment.ts';
import type { Check, Journal, VariantName } from './journal.ts';
import type { MachineTimes } from './machine/machine-pressure.ts';
import type { PipelineOf } from './pipeline.ts';

/** What a run needs of its surroundings; all of it comes from the CLI. */
export interface RunContext {
  /** File with the credentials of the cluster. */
  kubeconfig: string;
  /** Name of the platform, for the journal. */
  platform: string;
  /** Folder that overlays are relative to. */
  manifests: string;
  /** Builds a kustomization folder into objects, as `kubectl kustomize` does. */
  buildOverlay(
    folder: string,
  ): Promise<{ apiVersion: string; kind: string; metadata: { name: string; namespace?: string }; [field: string]: unknown }[]>;
  /** How pipelines run on this cluster; absent: experiments that release something cannot run. */
  pipelineOf?: PipelineOf;
  /** Folder for the undo log and other state of this run (0700). */
  stateDir: string;
  seed: number;
  /** The command that repeats this run, for the journal. */
  command: string;
  /** Version of shoplab. */
  version: string;
  /** Overrides of the declaration: `--rate`, and `--duration` or `loadMsWithLateMetrics`, scale the load (the waits of the method keep their proportions). */
  overrides: { rate?: number; loadMs?: number };
  /** Variants of an experiment that allows it run at the same time, or all one after the other; absent: those at the same time that are light, where
   * there is room for them. */
  sideBySide?: boolean;
  /** Whether the cluster is the lab's own, and deletes a variant's namespace by itself when this process is gone; else a Pod in it does. */
  watchesOverRuns: boolean;
  /** The load comes from a Pod in the variant's namespace; absent: from a process of this machine. */
  loadsFromPod?: boolean | undefined;
  /** What is asked of Services beside the load comes from a Pod in the variant's namespace, too; absent: from this process. */
  asksFromPod?: boolean | undefined;
  /** Its scheduler counts what Pods request, so that there may be no room for all variants at once. */
  countsRequests?: boolean | undefined;
  /** Where this cluster takes an image from that a Pod of the lab's own runs; absent: by the name that it has everywhere. */
  imageOf?(image: string): string;
  /** What the namespaces of variants carry beside the engine's own labels. */
  namespaceLabels?: Record<string, string>;
  /** Aborted: stop, undo, delete the namespace, and answer the journal with `interrupted`. */
  signal: AbortSignal;
  /** What a machine has done since boot; this one's where it is not given. */
  machineTimes?: () => MachineTimes;
  /** Never breaks the run: a throwing observer is logged once. */
  observers: RunObserver[];
}

export type RunObserver = (event: RunEvent) => void;

export type RunEvent =
  | { type: 'variant-started'; variant: VariantName; namespace: string }
  | { type: 'phase-started'; variant: VariantName; phase: string }
  | { type: 'phase-ended'; variant: VariantName; phase: string; durationMs: number }
  /** What is awaited and what was last seen; comes every second or so. */
  | { type: 'progress'; variant: VariantName; text: string }
  | { type: 'fault-injected'; variant: VariantName; fault: string; target: string }
  | { type: 'fault-bit'; variant: VariantName; fault: string; bit: boolean; message: string }
  | { type: 'fault-undone'; variant: VariantName; fault: string }
  | { type: 'check'; variant: VariantName; check: Check }
  | { type: 'warning'; text: string };

/** As engine/runner.ts exports it: runs both variants and judges. Never throws for what the run met: that is in the journal. */
export type RunExperiment = (experiment: Experiment, context: RunContext) => Promise<Journal>;
