import { setTimeout as pause } from 'node:timers/promises';
import { factCheck } from './checks.ts';
import type { CheckDraft, Fault, Step, StepRecord, UndoEntry } from './experiment.ts';
import type { FaultRecord, VariantName } from './journal.ts';
import type { VariantLab } from './lab.ts';
import type { RunEvent } from './run.ts';
import type { UndoLog } from './undo-log.ts';
import { undo } from './undo-operations.ts';

export interface MethodOptions {
  lab: VariantLab;
  variant: VariantName;
  undoLog: UndoLog;
  /** Waits are multiplied by it, where the run is to be shorter or longer than declared. */
  stretch: number;
  emit(event: RunEvent): void;
}

interface Injected {
  fault: Fault;
  entry: UndoEntry;
  record: FaultRecord;
  proof: Promise<void>;
}

/** Carries out the steps of one variant: each fault is written down, injected, proven and undone. */
export class Method {
  readonly faults: FaultRecord[] = [];
  readonly steps: StepRecord[] = [];
  readonly checks: CheckDraft[] = [];
  readonly undoFailures: string[] = [];
  private readonly options: MethodOptions;
  private readonly injected = new Map<string, Injected>();

  constructor(options: MethodOptions) {
    this.options = options;
  }

  async run(steps: Step[]): Promise<void> {
    const { lab, variant } = this.options;
    for (const step of steps) {
      if (step.only && step.only !== variant) continue;
      lab.signal.throwIfAborted();
      const startedMs = lab.elapsedMs();
      const { id, done } = await this.carryOut(step);
      this.steps.push({ id, do: step.do, startedMs, endedMs: lab.elapsedMs(), done });
    }
  }

  /** Undoes what is not undone, the last first. Never rejects: what could not be undone is in `undoFailures`. */
  async undoAll(): Promise<void> {
    for (const one of [...this.injected.values()].reverse()) await this.undo(one);
  }

  /** What each fault's proof says, as checks. */
  faultChecks(): CheckDraft[] {
    return this.faults.map(({ id, fault, target, proof }) =>
      factCheck({
        id: `fault-${id}`,
        kind: 'fault',
        title: `${fault} of ${target} took effect`,
        holds: proof.bit,
        observed: proof.message,
      }),
    );
  }

  private async carryOut(step: Step): Promise<{ id: string; done: boolean }> {
    const { lab, stretch, emit, variant } = this.options;
    switch (step.do) {
      case 'wait':
        emit({ type: 'progress', variant, text: `${step.title}, ${Math.round((step.durationMs * stretch) / 100) / 10} s` });
        await pause(step.durationMs * stretch, undefined, { signal: lab.signal });
        return { id: step.title, done: true };
      case 'inject':
        await this.inject(step.fault);
        return { id: step.fault.id, done: true };
      case 'undo': {
        const one = this.injected.get(step.fault);
        if (one) await this.undo(one);
        return { id: step.fault, done: one !== undefined };
      }
      case 'await':
        return { id: step.id, done: await this.awaitIt(step) };
    }
  }

  private async inject(fault: Fault): Promise<void> {
    const { lab, undoLog, emit, variant } = this.options;
    const entry = await fault.plan(lab);
    undoLog.begin(fault.id, entry);
    const record: FaultRecord = {
      id: fault.id,
      fault: fault.name,
      target: fault.target,
      settings: fault.settings,
      injectedAt: new Date().toISOString(),
      bitAt: null,
      undoneAt: null,
      proof: { bit: false, message: 'nothing was seen of it before it was undone' },
    };
    this.faults.push(record);
    const one: Injected = { fault, entry, record, proof: Promise.resolve() };
    this.injected.set(fault.id, one);
    this.note('FaultInjected', fault.target, fault.description);
    emit({ type: 'fault-injected', variant, fault: fault.name, target: fault.target });
    await fault.inject(lab, entry);
    const proof = fault.prove(lab, entry).then(({ bit, at, message }) => {
      record.proof = { bit, message };
      record.bitAt = bit ? (at ?? new Date().toISOString()) : null;
      this.note(bit ? 'FaultBit' : 'FaultDidNotBite', fault.target, message);
      emit({ type: 'fault-bit', variant, fault: fault.name, bit, message });
    });
    one.proof = proof;
    await proof;
  }

  private async undo({ fault, entry, record }: Injected): Promise<void> {
    const { lab, undoLog, emit, variant } = this.options;
    this.injected.delete(fault.id);
    try {
      await undo(lab.kube, entry);
      undoLog.end(fault.id);
      record.undoneAt = new Date().toISOString();
      this.note('FaultUndone', fault.target, `${fault.name} undone`);
      emit({ type: 'fault-undone', variant, fault: fault.name });
    } catch (error) {
      this.undoFailures.push(`${fault.name} of ${fault.target} in namespace ${lab.namespace}: ${(error as Error).message}`);
    }
  }

  private async awaitIt(step: Extract<Step, { do: 'await' }>): Promise<boolean> {
    const { lab, emit, variant } = this.options;
    const started = Date.now();
    let told = started;
    for (;;) {
      const { done, observed } = await step.until(lab);
      const waited = Date.now() - started;
      if (done || waited > step.timeoutMs) {
        const seconds = `${(waited / 1000).toFixed(1)} s`;
        this.checks.push(
          factCheck({
            id: step.id,
            title: step.title,
            holds: done,
            observed: `${observed}, ${done ? 'seen after' : 'still so after'} ${seconds}`,
          }),
        );
        return done;
      }
      if (Date.now() - told >= 1000) {
        told = Date.now();
        emit({ type: 'progress', variant, text: `waiting until ${step.title}, ${Math.round(waited / 1000)} s: ${observed}` });
      }
      await pause(step.everyMs ?? 250, undefined, { signal: lab.signal });
    }
  }

  private note(reason: string, object: string, message: string): void {
    this.options.lab.events.push({ at: new Date().toISOString(), source: 'lab', type: 'Normal', reason, object, message });
  }
}
