import { setTimeout as pause } from 'node:timers/promises';
import type { CheckDraft, Fault, Step, StepRecord, UndoEntry } from './experiment.ts';
import type { FaultRecord, VariantName } from './journal.ts';
import { performUndo } from './undo/operations.ts';
import type { UndoLog } from './undo/undo-log.ts';
import type { VariantLab } from './variant-lab.ts';

const askEveryMs = 250;
const sayEveryMs = 1000;
const undoWithinMs = 30_000;

export interface MethodOptions {
  lab: VariantLab;
  variant: VariantName;
  undoLog: UndoLog;
  /** Tells the journal and the observers of an action. */
  act(reason: string, fault: FaultRecord, message: string): void;
}

/** Carries out the steps of a method, and knows what is still to be undone. */
export class Method {
  readonly faults: FaultRecord[] = [];
  readonly steps: StepRecord[] = [];
  /** From the proofs of the faults, and from what was waited for. */
  readonly drafts: CheckDraft[] = [];
  readonly undoFailures: string[] = [];
  private readonly options: MethodOptions;
  /** Planned and prepared, not injected yet: by the fault's id. */
  private readonly prepared = new Map<string, { fault: Fault; entry: UndoEntry; logId: number }>();
  private readonly active: { record: FaultRecord; entry: UndoEntry; logId: number }[] = [];

  constructor(options: MethodOptions) {
    this.options = options;
  }

  /** Puts in place what faults need before the load starts. Rejects where that fails; `undoAll` takes away what is there. */
  async prepare(steps: Step[]): Promise<void> {
    const { lab, variant } = this.options;
    for (const step of steps) {
      if (step.do !== 'inject' || !step.fault.prepare || (step.only && step.only !== variant)) continue;
      lab.say(`preparing ${step.fault.name} of ${step.fault.target}`);
      const { entry } = await this.plan(step.fault);
      await step.fault.prepare(lab, entry);
    }
  }

  /** Rejects where the signal of the lab aborts, or a fault could not be injected; what is in then stays for `undoAll`. */
  async run(steps: Step[]): Promise<void> {
    const { lab, variant } = this.options;
    for (const step of steps) {
      if (step.only && step.only !== variant) continue;
      lab.signal.throwIfAborted();
      const startedMs = lab.elapsedMs();
      const done = await this.carryOut(step);
      this.steps.push({ id: idOf(step), do: step.do, startedMs, endedMs: lab.elapsedMs(), done });
    }
  }

  /** Undoes what is in, the last first, also where the lab is being stopped. Does not reject: see `undoFailures`. */
  async undoAll(): Promise<void> {
    for (const { record } of [...this.active].reverse()) await this.undo(record.id);
    for (const { fault, entry, logId } of [...this.prepared.values()].reverse()) {
      this.prepared.delete(fault.id);
      await this.perform(fault, entry, logId);
    }
  }

  private async carryOut(step: Step): Promise<boolean> {
    if (step.do === 'wait') await this.wait(step.title, step.durationMs);
    else if (step.do === 'await') return this.awaitThat(step);
    else if (step.do === 'inject') await this.inject(step.fault);
    else await this.undo(step.fault);
    return true;
  }

  private async wait(title: string, durationMs: number): Promise<void> {
    const { lab } = this.options;
    const untilMs = performance.now() + durationMs;
    for (let leftMs = durationMs; leftMs > 0; leftMs = untilMs - performance.now()) {
      lab.say(`${title}: ${Math.ceil(leftMs / 1000)} s left`);
      await pause(Math.min(leftMs, sayEveryMs), undefined, { signal: lab.signal });
    }
  }

  private async awaitThat(step: Step & { do: 'await' }): Promise<boolean> {
    const { lab } = this.options;
    const startedMs = performance.now();
    let saidMs = Number.NEGATIVE_INFINITY;
    for (;;) {
      const seen = await step.until(lab).catch((error: Error) => {
        lab.signal.throwIfAborted();
        return { done: false, observed: error.message };
      });
      const waitedMs = performance.now() - startedMs;
      if (seen.done || waitedMs > step.timeoutMs) {
        this.drafts.push(awaitDraft(step, seen, waitedMs));
        return seen.done;
      }
      if (waitedMs - saidMs >= sayEveryMs) {
        lab.say(`${step.title}: ${Math.round(waitedMs / 1000)} s of ${step.timeoutMs / 1000} s: ${seen.observed}`);
        saidMs = waitedMs;
      }
      await pause(step.everyMs ?? askEveryMs, undefined, { signal: lab.signal });
    }
  }

  private async inject(fault: Fault): Promise<void> {
    const { lab, act } = this.options;
    const { id, name, target, settings } = fault;
    lab.say(`injecting ${name} into ${target}`);
    const { entry, logId } = this.prepared.get(id) ?? (await this.plan(fault));
    this.prepared.delete(id);
    const record: FaultRecord = {
      id,
      fault: name,
      target,
      settings,
      injectedAt: lab.now(),
      bitAt: null,
      undoneAt: null,
      proof: { bit: false, message: 'it was not looked at' },
      ...(Object.keys(entry.arguments).length > 0 && { chosen: entry.arguments }),
    };
    this.faults.push(record);
    this.active.push({ record, entry, logId });
    await fault.inject(lab, entry);
    act('FaultInjected', record, fault.description);
    lab.say(`waiting until ${name} has bitten ${target}`);
    const { bit, at, message } = await fault.prove(lab, entry);
    record.proof = { bit, message };
    record.bitAt = bit ? (at ?? lab.now()) : null;
    act(bit ? 'FaultBit' : 'FaultDidNotBite', record, message);
    this.drafts.push(proofDraft(record));
    // What the cluster heals by itself is over when its effect was seen: nothing stays in.
    if (entry.operation === 'none' && bit) record.undoneAt = record.bitAt;
  }

  /** Writes down how to undo it; prepared until it is injected. */
  private async plan(fault: Fault): Promise<{ entry: UndoEntry; logId: number }> {
    const { lab, undoLog } = this.options;
    const entry = await fault.plan(lab);
    if (entry.namespace !== lab.namespace)
      throw new Error(`fault ${fault.id} reaches into namespace ${entry.namespace}: outside its blast radius`);
    const planned = { fault, entry, logId: undoLog.plan(entry) };
    this.prepared.set(fault.id, planned);
    return planned;
  }

  private async undo(id: string): Promise<void> {
    const { lab, act } = this.options;
    const at = this.active.findIndex(({ record }) => record.id === id);
    const [one] = at < 0 ? [] : this.active.splice(at, 1);
    if (!one) return;
    const { record, entry, logId } = one;
    const { said, failure } = await this.perform({ name: record.fault, target: record.target }, entry, logId);
    if (failure === undefined) record.undoneAt ??= lab.now();
    act(failure === undefined ? 'FaultUndone' : 'UndoFailed', record, failure ?? said);
  }

  private async perform({ name, target }: Pick<Fault, 'name' | 'target'>, entry: UndoEntry, logId: number) {
    const { lab, undoLog } = this.options;
    try {
      const said = await performUndo(lab.kube, entry, AbortSignal.timeout(undoWithinMs));
      undoLog.undone(logId);
      return { said };
    } catch (error) {
      const failure = `${name} of ${target}: ${(error as Error).message}`;
      this.undoFailures.push(failure);
      return { said: '', failure };
    }
  }
}

const idOf = (step: Step): string =>
  step.do === 'wait' ? step.title : step.do === 'await' ? step.id : step.do === 'inject' ? step.fault.id : step.fault;

function proofDraft({ id, fault, target, proof }: FaultRecord): CheckDraft {
  return {
    id: `bit-${id}`,
    kind: 'fault',
    title: `${fault} of ${target} took effect`,
    observed: { value: proof.bit, text: proof.message },
    threshold: { op: '==', value: true, text: 'seen to take effect' },
    result: proof.bit ? 'true' : 'false',
    expectedInControl: 'true',
    message: proof.message,
  };
}

function awaitDraft(step: Step & { do: 'await' }, { done, observed }: { done: boolean; observed: string }, waitedMs: number): CheckDraft {
  const seconds = Math.round(waitedMs / 100) / 10;
  return {
    id: step.id,
    ...(step.kind && { kind: step.kind }),
    title: step.title,
    observed: { value: done ? seconds : null, unit: 's', text: done ? `after ${seconds} s` : `not within ${seconds} s` },
    threshold: { op: '<=', value: step.timeoutMs / 1000, unit: 's', text: `within ${step.timeoutMs / 1000} s` },
    result: done ? 'true' : 'false',
    expectedInControl: 'true',
    dependsOnSpeed: true,
    message: `${done ? `after ${seconds} s` : `not within ${seconds} s`}: ${observed}`,
  };
}
