import { join } from 'node:path';
import { factCheck } from './checks.ts';
import { LabError } from './errors.ts';
import type { CheckDraft, Evidence, Experiment, KubeClients, RunningLoad } from './experiment.ts';
import { askSteadyState } from './gate.ts';
import type { VariantName, VariantRecord } from './journal.ts';
import { applyObjects } from './kube/apply.ts';
import { createRunNamespace, deleteNamespace } from './kube/namespaces.ts';
import { waitUntilReady } from './kube/wait-ready.ts';
import { VariantLab } from './lab.ts';
import { loadSeries } from './load-series.ts';
import { Method } from './method.ts';
import type { RunContext, RunEvent } from './run.ts';
import type { UndoLog } from './undo-log.ts';
import { judge } from './verdict.ts';
import { asSteps, NamespaceWatch } from './watch-namespace.ts';

const readyTimeoutMs = 120_000;
const gateTimeoutMs = 30_000;
const recoveryTimeoutMs = 30_000;

export interface VariantOptions {
  experiment: Experiment;
  name: VariantName;
  context: RunContext;
  kube: KubeClients;
  /** Of this run: part of the namespace's name. */
  run: string;
  undoLog: UndoLog;
  emit(event: RunEvent): void;
}

/** Runs one side of an experiment in a namespace of its own, and takes it away again whatever happened. Never rejects: see `error`. */
export async function runVariant(options: VariantOptions): Promise<{ record: VariantRecord; undoFailures: string[] }> {
  return new VariantRun(options).run();
}

class VariantRun {
  private readonly options: VariantOptions;
  private readonly lab: VariantLab;
  private readonly method: Method;
  private readonly record: VariantRecord;
  private readonly stopping: AbortController;

  constructor(options: VariantOptions) {
    const { experiment, name, context, kube, run, undoLog, emit } = options;
    this.options = options;
    const startedAt = new Date();
    const namespace = `shoplab-${experiment.name}-${name}-${run}`.slice(0, 63);
    this.stopping = new AbortController();
    const signal = AbortSignal.any([context.signal, this.stopping.signal]);
    this.lab = new VariantLab({
      namespace,
      kube,
      signal,
      startedAtMs: startedAt.getTime(),
      onSay: (text) => emit({ type: 'progress', variant: name, text }),
    });
    this.method = new Method({ lab: this.lab, variant: name, undoLog, stretch: stretchOf(experiment, name, context), emit });
    const { overlay, difference } = experiment.variants[name];
    this.record = {
      name,
      overlay,
      namespace,
      difference,
      startedAt: startedAt.toISOString(),
      endedAt: startedAt.toISOString(),
      phases: [],
      faults: this.method.faults,
      loads: [],
      checks: [],
      series: [],
      events: [],
      measurements: [],
      error: null,
    };
  }

  async run(): Promise<{ record: VariantRecord; undoFailures: string[] }> {
    const { lab, method, record } = this;
    this.options.emit({ type: 'variant-started', variant: record.name, namespace: lab.namespace });
    let watch: NamespaceWatch | undefined;
    try {
      await this.phase('bring up', async () => {
        await createRunNamespace(lab.kube, lab.namespace, this.options.run);
        watch = new NamespaceWatch(lab);
        await this.bringUp();
      });
      if (await this.phase('steady state', () => this.gate())) await this.measure();
    } catch (error) {
      this.fail(error);
    }
    await this.phase('undo', () => method.undoAll());
    await this.phase('clean up', async () => {
      const told = await watch?.stop();
      record.events = [...(told ?? []), ...lab.events].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
      await deleteNamespace(lab.kube, lab.namespace);
    }).catch((error: unknown) => this.fail(error));
    const endMs = lab.elapsedMs();
    record.series.push(...[...lab.series.values()].map((series) => (series.id.startsWith('replicas-') ? asSteps(series, endMs) : series)));
    record.endedAt = new Date().toISOString();
    return { record, undoFailures: method.undoFailures };
  }

  private async bringUp(): Promise<void> {
    const { lab, options } = this;
    const objects = await options.context.buildOverlay(join(options.context.manifests, this.record.overlay));
    await applyObjects(lab.kube, lab.namespace, objects);
    await waitUntilReady(lab.kube, lab.namespace, {
      timeoutMs: readyTimeoutMs,
      signal: lab.signal,
      onProgress: (text) => options.emit({ type: 'progress', variant: this.record.name, text }),
    });
  }

  private async gate(): Promise<boolean> {
    const drafts = await askSteadyState(this.lab, this.options.experiment.steadyState, 'steady-state', gateTimeoutMs, (text) =>
      this.progress(text),
    );
    this.judgeAll(drafts);
    return drafts.every(({ result }) => result === 'true');
  }

  private async measure(): Promise<void> {
    const { lab, method, record, options } = this;
    const { experiment } = options;
    const baseline = (await experiment.baseline?.(lab)) ?? {};
    const gauges = this.startGauges();
    const load = await this.startLoad();
    const { maxDurationMs } = experiment.blastRadius;
    const tooLong = setTimeout(
      () =>
        this.stopping.abort(
          new LabError(`the faults lasted longer than the blast radius allows (${maxDurationMs / 1000} s): everything was undone`),
        ),
      maxDurationMs,
    );
    try {
      await this.phase('method', () => Promise.race([method.run(experiment.method), load.failed]));
      await this.phase('undo', () => method.undoAll());
    } catch (error) {
      load.kill();
      throw error;
    } finally {
      clearTimeout(tooLong);
      clearInterval(gauges);
    }
    const loaded = await this.phase('end of load', () => load.stop());
    record.loads.push(loaded);
    record.series.push(...loadSeries(lab.collected));
    this.judgeAll([
      ...method.faultChecks(),
      factCheck({
        id: 'load',
        kind: 'load',
        title: 'the load was as declared',
        holds: loaded.saturated === null,
        observed: loaded.saturated ?? `${loaded.requests} requests, sent at most ${loaded.latenessMs?.max ?? 0} ms late`,
      }),
      ...method.checks,
    ]);
    await this.phase('probes', async () => {
      const evidence: Evidence = {
        variant: record.name,
        load: loaded,
        samples: lab.collected,
        faults: method.faults,
        steps: method.steps,
        series: [...record.series, ...lab.series.values()],
        baseline,
        measure: (id, title, value, unit) => record.measurements.push({ id, title, value, unit }),
      };
      for (const criterion of experiment.criteria) this.judgeAll(await criterion.evaluate(lab, evidence));
      this.judgeAll(await askSteadyState(lab, experiment.steadyState, 'recovered', recoveryTimeoutMs, (text) => this.progress(text)));
    });
  }

  private async startLoad(): Promise<RunningLoad> {
    const { lab, options } = this;
    const { start, ...scenario } = options.experiment.load;
    const { host, port } = await lab.address(scenario.request.service, scenario.request.port);
    return start({
      scenario: { ...scenario, rate: options.context.overrides.rate ?? scenario.rate },
      origin: `http://${host}:${port}`,
      maxDurationMs: options.experiment.blastRadius.maxDurationMs + 60_000,
      elapsedMs: () => lab.elapsedMs(),
      onSamples: (samples) => lab.collected.push(...samples),
    });
  }

  /** One timer for all gauges; a reading that is still under way is not asked again. */
  private startGauges(): NodeJS.Timeout {
    const { lab } = this;
    const gauges = (this.options.experiment.gauges?.() ?? []).map((gauge) => ({ gauge, busy: false, nextMs: 0 }));
    return setInterval(() => {
      for (const one of gauges) {
        if (one.busy || lab.elapsedMs() < one.nextMs) continue;
        one.busy = true;
        one.nextMs = lab.elapsedMs() + one.gauge.everyMs;
        const { id, title, unit } = one.gauge;
        one.gauge
          .read(lab)
          .catch(() => null) // it cannot be known now: a gap in the line
          .then((value) => lab.plot(id, title, unit, value))
          .finally(() => {
            one.busy = false;
          });
      }
    }, 100);
  }

  private async phase<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { emit } = this.options;
    const variant = this.record.name;
    const startedAt = new Date();
    emit({ type: 'phase-started', variant, phase: name });
    try {
      return await work();
    } finally {
      const endedAt = new Date();
      this.record.phases.push({ name, startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString() });
      emit({ type: 'phase-ended', variant, phase: name, durationMs: endedAt.getTime() - startedAt.getTime() });
    }
  }

  private judgeAll(drafts: CheckDraft[]): void {
    for (const draft of drafts) {
      const check = judge(draft, this.record.name);
      this.record.checks.push(check);
      this.options.emit({ type: 'check', variant: this.record.name, check });
    }
  }

  private progress(text: string): void {
    this.options.emit({ type: 'progress', variant: this.record.name, text });
  }

  private fail(error: unknown): void {
    const { context } = this.options;
    // A signal is no failure: the journal says `interrupted`.
    if (context.signal.aborted || this.record.error) return;
    const told = this.stopping.signal.aborted ? this.stopping.signal.reason : error;
    const { message, hint, logs } = told as LabError;
    this.record.error = { message, ...(hint && { hint }), ...(logs && logs.length > 0 && { logs }) };
  }
}

/** By how much the waits are stretched so that the load lasts as long as asked. */
function stretchOf({ method }: Experiment, variant: VariantName, { overrides }: RunContext): number {
  if (overrides.loadMs === undefined) return 1;
  const waits = method
    .filter(({ only }) => !only || only === variant)
    .reduce((sum, step) => sum + (step.do === 'wait' ? step.durationMs : 0), 0);
  return waits === 0 ? 1 : overrides.loadMs / waits;
}
