import { randomBytes } from 'node:crypto';
import { availableParallelism, release, type as systemType, totalmem } from 'node:os';
import { join } from 'node:path';
import { beyondBlastRadius } from './blast-radius.ts';
import type { Experiment, KubeClients } from './experiment.ts';
import { type Journal, journalSchema } from './journal.ts';
import { connectKube } from './kube/kube-clients.ts';
import { methodFor } from './overrides.ts';
import { Rendezvous } from './rendezvous.ts';
import { hasRoomFor } from './room.ts';
import type { RunContext, RunEvent, RunExperiment } from './run.ts';
import { UndoLog } from './undo/undo-log.ts';
import { VariantRun } from './variant-run.ts';
import { variantNames, variantOf } from './variants.ts';
import { decideOutcome, isMissingEvidence } from './verdict/decide-outcome.ts';

/**
 * Runs all variants of an experiment and judges. Never throws for what the run met: that is in the journal. When it resolves, faults are
 * undone and namespaces gone, or `undoFailures` says what is left.
 */
export const runExperiment: RunExperiment = async (experiment, context) => {
  const run = `${experiment.name}-${randomBytes(4).toString('hex')}`;
  const emit = emitter(context);
  const journal = emptyJournal(experiment, context);
  const beyond = beyondBlastRadius({ ...experiment, method: methodFor(experiment, context.overrides) });
  let broken: string | null = beyond.length > 0 ? `the method reaches beyond its blast radius: ${beyond.join('; ')}` : null;
  let kube: (KubeClients & { close(): void }) | undefined;
  try {
    if (broken === null) {
      kube = await connectKube(context.kubeconfig);
      const { gitVersion } = await kube.request<{ gitVersion: string }>('GET', '/version');
      journal.platform.kubernetes = gitVersion;
      await runVariants(experiment, context, kube, run, emit, journal);
    }
  } catch (error) {
    broken = (error as Error).message;
  } finally {
    kube?.close();
  }
  journal.interrupted = context.signal.aborted ? reasonOf(context.signal) : null;
  const decision =
    broken && !journal.interrupted
      ? { outcome: 'errored' as const, reason: `The lab broke: ${broken}.` }
      : decideOutcome(journal.variants, journal.interrupted, variantNames(experiment));
  return { ...journal, ...decision, endedAt: new Date().toISOString() };
};

async function runVariants(
  experiment: Experiment,
  context: RunContext,
  kube: KubeClients,
  run: string,
  emit: (event: RunEvent) => void,
  journal: Journal,
): Promise<void> {
  const undoLog = new UndoLog(context.stateDir, run);
  const names = variantNames(experiment);
  const options = { experiment, context, kube, undoLog, run, emit };
  const played: VariantRun[] = [];
  try {
    if (await runSideBySide(experiment, context, kube)) {
      const rendezvous = new Rendezvous(names.length);
      const runs = names.map((variant) => new VariantRun({ ...options, variant, rendezvous }));
      const records = await Promise.all(runs.map((one) => one.run().finally(() => rendezvous.leave())));
      played.push(...runs);
      journal.variants.push(...records);
      return;
    }
    for (const variant of names) {
      if (context.signal.aborted) break;
      const one = new VariantRun({ ...options, variant });
      const record = await one.run();
      played.push(one);
      journal.variants.push(record);
      // Without this side there is no verdict, whatever the other says.
      if (record.error || record.checks.some(isMissingEvidence)) break;
    }
  } finally {
    await Promise.all(played.map(({ gone }) => gone));
    journal.undoFailures.push(...played.flatMap(({ undoFailures }) => undoFailures));
    undoLog.close();
  }
}

/** What was asked for is done as asked. */
async function runSideBySide(experiment: Experiment, context: RunContext, kube: KubeClients): Promise<boolean> {
  const { sideBySide: asked, countsRequests, manifests, buildOverlay } = context;
  if (!experiment.sideBySide || asked !== undefined) return asked === true && experiment.sideBySide !== undefined;
  if (experiment.sideBySide !== 'light') return false;
  if (!countsRequests) return true;
  const overlays = variantNames(experiment).map((name) => variantOf(experiment, name).overlay);
  return hasRoomFor(kube, await Promise.all(overlays.map((overlay) => buildOverlay(join(manifests, overlay)))));
}

/** Observers never break the run: one that throws is told of once. */
function emitter({ observers }: RunContext): (event: RunEvent) => void {
  const broken = new Set<(event: RunEvent) => void>();
  const emit = (event: RunEvent): void => {
    for (const observer of observers) {
      try {
        observer(event);
      } catch (error) {
        if (broken.has(observer)) continue;
        broken.add(observer);
        emit({ type: 'warning', text: `an observer of the run failed: ${(error as Error).message}` });
      }
    }
  };
  return emit;
}

/** The signal's name, where the reason has one: `SIGINT`. */
const reasonOf = ({ reason }: AbortSignal): string =>
  typeof reason === 'string'
    ? reason
    : ((reason as { signal?: string } | undefined)?.signal ?? (reason as Error | undefined)?.message ?? 'abort');

function emptyJournal({ name, title, description, tags, hypothesis, blastRadius }: Experiment, context: RunContext): Journal {
  return {
    schema: journalSchema,
    shoplab: context.version,
    experiment: { name, title, description, tags },
    hypothesis,
    command: context.command,
    seed: context.seed,
    platform: {
      name: context.platform,
      kubernetes: '',
      node: process.version,
      os: `${systemType()} ${release()}`,
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
    },
    blastRadius: { namespaces: `shoplab-${name}-*`, ...blastRadius },
    startedAt: new Date().toISOString(),
    endedAt: '',
    outcome: 'errored',
    reason: '',
    variants: [],
    undoFailures: [],
    interrupted: null,
  };
}
