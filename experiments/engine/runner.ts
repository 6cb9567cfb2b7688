import { randomBytes } from 'node:crypto';
import { cpus, type as osType, release, totalmem } from 'node:os';
import { checkBlastRadius } from './blast-radius.ts';
import { type Journal, journalSchema, type VariantName, type VariantRecord } from './journal.ts';
import { connectKube } from './kube/kube-clients.ts';
import { runLabel } from './kube/namespaces.ts';
import type { RunContext, RunEvent, RunExperiment } from './run.ts';
import { UndoLog } from './undo-log.ts';
import { runVariant } from './variant-run.ts';
import { decideVerdict, isMissingEvidence } from './verdict.ts';

const order: VariantName[] = ['control', 'treatment'];

/** Runs an experiment: control, then treatment, then the verdict. Everything that it met is in the journal. */
export const runExperiment: RunExperiment = async (experiment, context) => {
  const emit = emitter(context);
  const startedAt = new Date();
  // The process's number lets the next command see whether a run that has left something still runs.
  const run = `${randomBytes(2).toString('hex')}-p${process.pid}`;
  const variants: VariantRecord[] = [];
  const undoFailures: string[] = [];
  let kubernetes = 'unknown';
  let broken: Error | undefined;
  try {
    checkBlastRadius(experiment);
    const kube = await connectKube(context.kubeconfig);
    kubernetes = kube.gitVersion;
    const undoLog = new UndoLog(context.stateDir, run);
    try {
      for (const name of order) {
        if (context.signal.aborted) break;
        const { record, undoFailures: failures } = await runVariant({ experiment, name, context, kube, run, undoLog, emit });
        variants.push(record);
        undoFailures.push(...failures);
        // Where the evidence is missing already, the other side cannot add it.
        if (record.error || failures.length > 0 || record.checks.some(isMissingEvidence)) break;
      }
    } finally {
      kube.close();
    }
  } catch (error) {
    broken = error as Error;
  }
  const interrupted = context.signal.aborted
    ? String((context.signal.reason as { signal?: string } | undefined)?.signal ?? 'a signal')
    : null;
  const verdict =
    broken && !interrupted ? { outcome: 'errored' as const, reason: broken.message } : decideVerdict(variants, interrupted, undoFailures);
  const { name, title, description, tags, hypothesis, blastRadius } = experiment;
  return {
    schema: journalSchema,
    shoplab: context.version,
    experiment: { name, title, description, tags },
    hypothesis,
    command: context.command,
    seed: context.seed,
    platform: {
      name: context.platform,
      kubernetes,
      node: process.version,
      os: `${osType()} ${release()} ${process.arch}`,
      cpus: cpus().length,
      memoryBytes: totalmem(),
    },
    blastRadius: { namespaces: `namespaces with label ${runLabel}=${run}`, ...blastRadius },
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    ...verdict,
    variants,
    undoFailures,
    interrupted,
  } satisfies Journal;
};

/** Observers never break a run: one that throws is told of once, and not called again. */
function emitter({ observers }: RunContext): (event: RunEvent) => void {
  const listening = new Set(observers);
  const emit = (event: RunEvent): void => {
    for (const observer of [...listening]) {
      try {
        observer(event);
      } catch (error) {
        listening.delete(observer);
        emit({ type: 'warning', text: `an observer failed and is not called any more: ${(error as Error).message}` });
      }
    }
  };
  return emit;
}
