import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { askProbes } from './ask-probes.ts';
import type { CheckDraft, Experiment, KubeClients, RunningLoad, Step, UndoEntry } from './experiment.ts';
import { GuardBroken, watchGuards } from './guards.ts';
import type { FaultRecord, ImpliedWindow, LoadRecord, VariantName, VariantRecord } from './journal.ts';
import { applyObjects } from './kube/apply-objects.ts';
import { guardChaosPort, opensChaosPort } from './kube/guard-chaos-port.ts';
import { createNamespace, deleteNamespace } from './kube/namespace.ts';
import { waitReady } from './kube/wait-ready.ts';
import { LabError, PlatformGone } from './lab-error.ts';
import { loadDraft, thresholdDraft } from './load-draft.ts';
import { computeLoadSeries } from './load-series.ts';
import { excuseStarved } from './machine/excuse-starved.ts';
import { type MachinePressure, watchMachine } from './machine/machine-pressure.ts';
import { Method } from './method.ts';
import { NamespaceHistory } from './namespace-history.ts';
import { NamespaceLines } from './namespace-lines.ts';
import { NamespaceWatch } from './namespace-watch.ts';
import { methodFor, scenarioFor } from './overrides.ts';
import { LabPods } from './own-pod/lab-pods.ts';
import { PlatformTimes } from './platform-times.ts';
import { toleranceOn } from './platform-tolerance.ts';
import { PlatformWatch } from './platform-watch.ts';
import { rejectsOnAbort } from './rejects-on-abort.ts';
import type { Rendezvous } from './rendezvous.ts';
import type { RunContext, RunEvent } from './run.ts';
import { asWritten, sampleTable } from './sample-table.ts';
import { sightingLines } from './sighting.ts';
import type { UndoLog } from './undo/undo-log.ts';
import { VariantLab } from './variant-lab.ts';
import { variantOf } from './variants.ts';
import { judge } from './verdict/judge.ts';

const readyWithinMs = 120_000;
const gateWithinMs = 20_000;
const recoveredWithinMs = 30_000;
const deletedWithinMs = 60_000;
/** Beyond the method: graceful stop and what else may take its time. */
const loadMarginMs = 60_000;

export interface VariantRunOptions {
  experiment: Experiment;
  variant: VariantName;
  context: RunContext;
  kube: KubeClients;
  undoLog: UndoLog;
  run: string;
  emit(event: RunEvent): void;
  /** Where variants that run side by side wait for each other: before the method, and before what is left of them is deleted. */
  rendezvous?: Rendezvous;
}

/** One side of an experiment, from its namespace to its namespace's end. */
export class VariantRun {
  readonly undoFailures: string[] = [];
  /** When its namespace is gone; never rejects. */
  gone: Promise<void> = Promise.resolve();
  private readonly options: VariantRunOptions;
  private readonly record: VariantRecord;
  private readonly lab: VariantLab;
  /** Aborted by what forbids to go on here: the duration of the blast radius, a broken guard, a dead load generator. */
  private readonly bound = new AbortController();
  private readonly watch: NamespaceWatch;
  private readonly watching = new AbortController();
  private readonly platform: PlatformWatch;
  private readonly platformTimes: PlatformTimes;
  private readonly method: Method;
  private readonly lines: NamespaceLines;
  private readonly history: NamespaceHistory;
  private load: RunningLoad | undefined;
  private pods: LabPods | undefined;
  /** Of this machine, while the method lasted. */
  private machinePressure: MachinePressure = { cpu: null, io: null, idle: null, shortOf: null };

  constructor(options: VariantRunOptions) {
    this.options = options;
    const { experiment, variant, context, kube, undoLog, emit } = options;
    const { overlay, difference } = variantOf(experiment, variant);
    const namespace = `shoplab-${experiment.name}-${variant}-${randomBytes(3).toString('hex')}`;
    this.lab = new VariantLab({
      namespace,
      kube,
      signal: AbortSignal.any([context.signal, this.bound.signal]),
      say: (text) => emit({ type: 'progress', variant, text }),
      seed: context.seed,
      runPipeline: context.pipelineOf?.(overlay),
      imageOf: context.imageOf,
    });
    this.record = {
      name: variant,
      overlay,
      namespace,
      difference,
      startedAt: this.lab.startedAt.toISOString(),
      endedAt: '',
      phases: [],
      faults: [],
      loads: [],
      checks: [],
      series: [],
      events: [],
      measurements: [],
      error: null,
    };
    this.history = new NamespaceHistory(() => this.lab.elapsedMs());
    this.lines = new NamespaceLines((id, title, unit, value) => this.lab.plot(id, title, unit, value));
    this.platformTimes = new PlatformTimes(() => this.lab.elapsedMs());
    this.watch = new NamespaceWatch(kube, namespace, [this.lines, this.history, this.platformTimes]);
    this.platform = new PlatformWatch(kube, {
      onGone: (why) => {
        // What follows takes until that is back.
        emit({ type: 'warning', text: why.message });
        this.bound.abort(why);
      },
      isHost: (node) => this.watch.isHost(node),
    });
    this.method = new Method({ lab: this.lab, variant, undoLog, act: (reason, fault, message) => this.act(reason, fault, message) });
  }

  /**
   * Does not reject: what went wrong is in the record. When it resolves all is undone, or `undoFailures` says what is not, and its namespace is being
   * deleted: another variant may begin. Nothing of it is left when `gone` resolves.
   */
  async run(): Promise<VariantRecord> {
    const { variant, emit, undoLog, context } = this.options;
    const { namespace } = this.lab;
    emit({ type: 'variant-started', variant, namespace });
    const entry: UndoEntry = { fault: 'namespace', operation: 'delete-namespace', namespace, arguments: {} };
    const logId = undoLog.plan(entry);
    const platform = this.platform.follow(this.watching.signal);
    try {
      await this.goThrough();
    } catch (error) {
      const cause = this.bound.signal.aborted ? this.bound.signal.reason : error;
      // A broken guard is told by its check.
      if (!context.signal.aborted && !(cause instanceof GuardBroken)) this.record.error = errorOf(cause);
    }
    // Whatever else was seen: it may have come of that.
    const gone = await this.platform.verify();
    if (gone && !context.signal.aborted) this.record.error = errorOf(gone);
    await this.method.undoAll();
    this.undoFailures.push(...this.method.undoFailures);
    this.load?.kill();
    this.takeOver();
    this.watching.abort();
    await platform;
    await this.options.rendezvous?.meet(this.lab.signal);
    // Not sooner: what waits for its sibling must not be deleted meanwhile.
    this.pods?.end();
    this.gone = this.delete(logId, gone !== undefined);
    return this.record;
  }

  /** Does not reject: `undoFailures` says what is left. `cameBack`: the platform was away meanwhile. */
  private async delete(logId: number, cameBack: boolean): Promise<void> {
    const { namespace } = this.lab;
    const { undoLog } = this.options;
    try {
      await this.phase('delete namespace', () => deleteNamespace(this.lab.kube, namespace, AbortSignal.timeout(deletedWithinMs)));
      undoLog.undone(logId);
      // What could not be undone while nobody answered has gone with the namespace that it was in.
      if (cameBack) this.undoFailures.length = 0;
    } catch (error) {
      this.undoFailures.push(`namespace ${namespace}: ${(error as Error).message}`);
    }
    this.record.endedAt = this.lab.now();
  }

  private async goThrough(): Promise<void> {
    const { experiment, context, kube, run } = this.options;
    const { lab } = this;
    const { namespace, signal } = lab;
    const applied = await this.phase('apply manifests', async () => {
      const objects = await context.buildOverlay(join(context.manifests, this.record.overlay));
      signal.throwIfAborted();
      const uid = await createNamespace(kube, namespace, run, context.namespaceLabels);
      const { watchesOverRuns, asksFromPod } = context;
      const onGone = (error: LabError): void => this.bound.abort(error);
      this.pods = await LabPods.create({ lab, uid, watchesOverRuns, asksFromPod, onGone });
      this.watch.follow(this.watching.signal).catch((error: Error) => this.bound.abort(error));
      await applyObjects(kube, namespace, objects);
      return objects;
    });
    await this.phase('wait until ready', async () => {
      await waitReady({
        kube,
        namespace,
        applied,
        seen: () => this.watch.seen(),
        changed: (changed) => this.watch.changed(AbortSignal.any([changed, signal])),
        timeoutMs: readyWithinMs,
        signal,
        say: lab.say,
      });
      await this.pods?.ready(lab);
    });
    if (!context.watchesOverRuns && opensChaosPort(applied))
      await this.phase('guard the chaos port', async () => {
        const text = await guardChaosPort(kube, namespace, signal);
        if (text !== undefined) this.options.emit({ type: 'warning', text });
      });
    await this.phase('steady state', async () => {
      const drafts = await askProbes(experiment.steadyState, 'steady-state', lab, gateWithinMs);
      this.check(drafts);
      const closed = drafts.filter(({ result }) => result !== 'true');
      if (closed.length > 0)
        throw new LabError(`the steady state does not hold, so nothing was broken: ${closed.map(({ message }) => message).join('; ')}`);
    });
    const baseline = await this.readBaseline();
    const steps = methodFor(experiment, context.overrides);
    if (steps.some((step) => step.do === 'inject' && step.fault.prepare)) await this.phase('preparation', () => this.method.prepare(steps));
    await this.meet();
    await this.phase('method', () => this.underLoad(steps));
    await this.phase('recovery', async () => this.check(await askProbes(experiment.steadyState, 'recovered', lab, recoveredWithinMs)));
    await this.phase('criteria', () => this.evaluate(baseline));
  }

  /** Of an experiment that has one, in a phase: an autoscaler may take a while until it has metrics. */
  private async readBaseline(): Promise<Record<string, number>> {
    const { baseline } = this.options.experiment;
    if (!baseline) return {};
    this.record.baseline = await this.phase('baseline', () => baseline(this.lab));
    return this.record.baseline;
  }

  private async meet(): Promise<void> {
    const { rendezvous } = this.options;
    if (rendezvous) await this.phase('wait for the others', () => rendezvous.meet(this.lab.signal));
    this.lab.signal.throwIfAborted();
  }

  /** Load, gauges and method; the faults are out and the load has ended when it resolves. */
  private async underLoad(steps: Step[]): Promise<void> {
    const { experiment, context } = this.options;
    const { maxDurationMs } = experiment.blastRadius;
    const scenario = scenarioFor(experiment, context.overrides);
    const { service, port } = scenario.request;
    const { lab } = this;
    const { host, port: at } = await (context.loadsFromPod ? lab.clusterAddress(service, port) : lab.address(service, port));
    const { start, ...declared } = scenario;
    this.load = await start({
      scenario: declared,
      seed: lab.seed,
      ...(context.loadsFromPod && { pod: lab }),
      origin: `http://${host.includes(':') ? `[${host}]` : host}:${at}`,
      maxDurationMs: maxDurationMs + loadMarginMs,
      elapsedMs: () => this.lab.elapsedMs(),
      onSamples: (samples) => this.lab.ended.push(...samples.map(asWritten)),
    });
    this.load.failed.catch((error: Error) => this.bound.abort(error));
    const pressure = watchMachine(context.machineTimes);
    const guards = watchGuards(experiment.abortOn ?? [], this.lab, (error) => this.bound.abort(error));
    const gauging = new AbortController();
    const gauges = this.gauge(AbortSignal.any([gauging.signal, this.lab.signal]));
    const tooLong = setTimeout(
      () =>
        this.bound.abort(
          new LabError(`the method lasted longer than the ${maxDurationMs / 1000} s of its blast radius: it was ended and undone`),
        ),
      maxDurationMs,
    );
    try {
      await this.method.run(steps);
      await this.method.undoAll();
      this.lab.say('waiting for the last answers');
      const record = await Promise.race([this.load.stop(), rejectsOnAbort(this.lab.signal)]);
      this.record.loads.push(record);
    } finally {
      clearTimeout(tooLong);
      gauging.abort();
      await gauges;
      const guarded = await guards.end();
      this.machinePressure = pressure(latenessOf(this.record.loads[0]));
      this.tellPressure();
      this.check([...this.method.drafts, ...guarded]);
    }
    this.check(this.record.loads.map(loadDraft));
  }

  private async gauge(signal: AbortSignal): Promise<void> {
    const { experiment } = this.options;
    await Promise.all(
      (experiment.gauges?.() ?? []).map(async ({ id, title, unit, levels, everyMs, read }) => {
        while (!signal.aborted) {
          this.lab.plot(id, title, unit, await read(this.lab).catch(() => null), levels); // not to be known now: a gap
          await pause(everyMs, undefined, { signal }).catch(() => undefined); // ended
        }
      }),
    );
  }

  private async evaluate(baseline: Record<string, number>): Promise<void> {
    const { experiment, variant, context } = this.options;
    const evidence = {
      variant,
      startedAt: this.record.startedAt,
      load: this.record.loads[0] as LoadRecord,
      samples: [...this.lab.ended],
      faults: this.method.faults,
      steps: this.method.steps,
      series: this.allSeries(),
      sightings: this.history.sightings,
      baseline,
      tolerance: toleranceOn(context.platform),
      measure: (id: string, title: string, value: number | null, unit: string) =>
        void this.record.measurements.push({ id, title, value, unit }),
      window: (window: ImpliedWindow) => {
        this.record.windows = [...(this.record.windows ?? []), window];
      },
    };
    for (const criterion of experiment.criteria) this.check(await criterion.evaluate(this.lab, evidence));
    // Which of them a control has to break nobody has said: there they are looked at, and not judged.
    const { thresholds = [] } = evidence.load;
    if (variant !== 'control') this.check(thresholds.map(thresholdDraft));
    else
      for (const one of thresholds)
        evidence.measure(thresholdDraft(one).id, `k6: ${one.metric} ${one.expression}`, one.observed ?? null, '');
  }

  private tellPressure(): void {
    const { cpu, io, idle } = this.machinePressure;
    const percent = (value: number | null) => (value === null ? null : Math.round(value * 100));
    this.record.measurements.push(
      { id: 'cpu-pressure', title: 'time in which something waited for this machine’s CPU', value: percent(cpu), unit: '%' },
      { id: 'io-pressure', title: 'time in which something waited for this machine’s disk', value: percent(io), unit: '%' },
      { id: 'cpu-idle', title: 'time that this machine’s CPUs had left', value: percent(idle), unit: '%' },
    );
  }

  /** Puts what was seen so far into the record, however the variant ended. */
  private takeOver(): void {
    this.lines.end();
    this.record.faults = this.method.faults;
    this.record.series = this.allSeries();
    this.record.steps = this.method.steps;
    this.record.sightings = sightingLines(this.history.sightings);
    if (this.lab.ended.length > 0) this.record.samples = sampleTable(this.lab.ended);
    this.record.measurements.push(...this.platformTimes.measurements(this.platform.answersMs));
    this.record.events = [...this.record.events, ...this.watch.eventRecords()].sort((a, b) => a.at.localeCompare(b.at));
  }

  private allSeries() {
    return [...computeLoadSeries(this.lab.ended), ...this.lab.series.values()];
  }

  private check(drafts: CheckDraft[]): void {
    const { experiment, variant, emit } = this.options;
    const expects = experiment.variants.others?.[variant]?.expects;
    for (const draft of drafts) {
      const check = judge(excuseStarved(draft, this.machinePressure), variant, expects);
      this.record.checks.push(check);
      emit({ type: 'check', variant, check });
    }
  }

  private async phase<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const { variant, emit } = this.options;
    const startedAt = this.lab.now();
    const startedMs = this.lab.elapsedMs();
    emit({ type: 'phase-started', variant, phase });
    try {
      return await work();
    } finally {
      this.record.phases.push({ name: phase, startedAt, endedAt: this.lab.now() });
      emit({ type: 'phase-ended', variant, phase, durationMs: Math.round(this.lab.elapsedMs() - startedMs) });
    }
  }

  private act(reason: string, { id, target, proof }: FaultRecord, message: string): void {
    const { variant, emit } = this.options;
    const type = reason === 'FaultUndone' ? 'Normal' : 'Warning';
    this.record.events.push({ at: this.lab.now(), source: 'lab', type, reason, object: target.replace(' ', '/'), message });
    if (reason === 'FaultInjected') emit({ type: 'fault-injected', variant, fault: id, target });
    else if (reason === 'FaultUndone') emit({ type: 'fault-undone', variant, fault: id });
    else if (reason === 'UndoFailed') emit({ type: 'warning', text: `undo failed: ${message}` });
    else emit({ type: 'fault-bit', variant, fault: id, bit: proof.bit, message });
  }
}

function errorOf(error: unknown): NonNullable<VariantRecord['error']> {
  const { message, hint, logs } = error as LabError;
  return { message, ...(hint && { hint }), ...(logs && { logs }), ...(error instanceof PlatformGone && { platformGone: true }) };
}

/** How late a load was (p99, in ms); where requests were sent and nobody knows, it may have been any time. */
const latenessOf = (load: LoadRecord | undefined): number =>
  load && load.requests > 0 ? (load.latenessMs?.p99 ?? Number.POSITIVE_INFINITY) : 0;
