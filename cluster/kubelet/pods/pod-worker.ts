import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError } from '../../api/errors.ts';
import { type ContainerRecord, fieldPath, isRunning, newRecords } from '../containers/container-record.ts';
import type { ProbeView } from '../containers/container-status.ts';
import type { PodContext } from '../containers/pod-context.ts';
import type { BackOff } from '../containers/restart-back-off.ts';
import { awaitBackOff } from '../containers/restart-wait.ts';
import { startContainer } from '../containers/start-container.ts';
import { StartFailure } from '../containers/start-failure.ts';
import { stopContainer } from '../containers/stop-container.ts';
import type { EnvironmentSources } from '../environment/environment.ts';
import { PodProber } from '../probes/pod-prober.ts';
import type { ProbedContainer } from '../probes/probe-worker.ts';
import { runProbe } from '../probes/run-probe.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { PodVolumes } from '../volumes/pod-volumes.ts';
import { computeStatus } from './compute-status.ts';
import { isFinished, type Pod, type PodStatus, podTitle, specOf } from './pod.ts';
import { type ContainerView, computePodActions, type PodActions } from './pod-actions.ts';
import { SyncLoop, type SyncResult } from './sync-loop.ts';
import { terminateContainers } from './terminate-containers.ts';
import type { WorkerHost } from './worker-host.ts';

/** How long a Pod's containers have when the whole lab ends. */
const LAB_GRACE_SECONDS = 2;

/** Brings one Pod of this node to what its manifest says, and ends it (pkg/kubelet: pod_workers.go, kubelet.go SyncPod). */
export class PodWorker implements PodContext {
  readonly records: ContainerRecord[];
  readonly runtime: Runtime;
  readonly volumes: PodVolumes;
  readonly folder: string;
  readonly pullBackOffs = new Map<string, BackOff>();
  podIP = '';
  private latest: Pod;
  private status: PodStatus | undefined;
  private readonly host: WorkerHost;
  private readonly prober: PodProber;
  private readonly loop: SyncLoop;
  private readonly end = new AbortController();
  private readonly startedAtMs: number;
  private isSetUp = false;
  private isTerminal = false;
  private failure: { reason: string; message: string } | undefined;
  private termination: Promise<void> | undefined;
  /** The grace period that the containers were given in the end; a later one may only be shorter. */
  private graceSeconds = Number.POSITIVE_INFINITY;

  constructor(pod: Pod, host: WorkerHost) {
    this.latest = pod;
    this.host = host;
    this.runtime = host.runtime;
    this.startedAtMs = host.now();
    this.folder = join(host.podsFolder, pod.metadata.uid);
    mkdirSync(this.folder, { recursive: true });
    this.volumes = new PodVolumes(this.folder);
    this.records = newRecords(pod);
    this.prober = new PodProber({
      view: (name) => this.probed(name),
      ask: (container, probe) => runProbe(probe, container, this.podIP, this.record(container.name)?.instance?.running),
      event: (container, reason, message) => this.event('Warning', reason, message, this.record(container.name)),
      onResult: () => {
        this.writeStatus();
        this.wake();
      },
      onError: (error) => host.log(`probes of Pod ${podTitle(pod)}: ${String(error)}`),
      now: () => host.now(),
    });
    this.loop = new SyncLoop(
      () => this.sync(),
      () => host.random(),
      (error) => this.report(error),
    );
  }

  get ending(): AbortSignal {
    return this.end.signal;
  }
  pod(): Pod {
    return this.latest;
  }
  now(): number {
    return this.host.now();
  }
  record(name: string): ContainerRecord | undefined {
    return this.records.find(({ spec }) => spec.name === name);
  }
  wake(): void {
    if (!this.termination) this.loop.wake();
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string, container?: Pick<ContainerRecord, 'kind' | 'spec'>): void {
    this.host.registry.event(this.latest, {
      type,
      reason,
      message,
      component: 'kubelet',
      ...(container && { fieldPath: fieldPath(container) }),
    });
  }

  /** The Pod as the API has it now. */
  update(pod: Pod): void {
    const before = this.latest;
    this.latest = pod;
    const { deletionTimestamp, deletionGracePeriodSeconds, generation, labels, annotations } = pod.metadata;
    if (deletionTimestamp) {
      const grace = Math.max(1, deletionGracePeriodSeconds ?? specOf(pod).terminationGracePeriodSeconds ?? 30);
      // Our own writes come back here as well.
      if (grace < this.graceSeconds) this.terminate(grace).catch((error: unknown) => this.report(error));
    } else if (
      generation !== before.metadata.generation ||
      labels !== before.metadata.labels ||
      annotations !== before.metadata.annotations
    )
      this.wake();
  }

  /** A ConfigMap or Secret of the Pod's namespace changed. */
  configurationChanged(): void {
    if (specOf(this.latest).volumes?.some(({ configMap, secret, projected }) => configMap ?? secret ?? projected)) this.wake();
  }

  /** Ends the containers within the grace period, then the Pod. Called again it only shortens the grace period. */
  terminate(graceSeconds: number): Promise<void> {
    this.graceSeconds = Math.min(this.graceSeconds, graceSeconds);
    if (this.termination) for (const { instance } of this.records) instance?.stopping?.shorten(graceSeconds);
    this.termination ??= this.endPod(graceSeconds);
    return this.termination;
  }

  /** The Pod is gone from the API: nothing of it stays here. */
  async remove(graceSeconds: number): Promise<void> {
    await this.terminate(graceSeconds);
    if (this.podIP) this.host.addresses.release(this.podIP);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends all processes now, without hooks and without a word to the API: the lab ends. */
  async stop(): Promise<void> {
    const ongoing = this.termination;
    this.termination ??= Promise.resolve();
    this.end.abort();
    this.prober.stop();
    await this.loop.stop(async () => {
      const running = this.records.flatMap(({ instance }) => (instance?.running && !instance.ended ? [instance] : []));
      for (const instance of running) instance.running?.terminate();
      const timer = setTimeout(() => {
        for (const instance of running) instance.running?.kill();
      }, LAB_GRACE_SECONDS * 1000);
      await Promise.all(running.map(({ whenEnded }) => whenEnded));
      clearTimeout(timer);
    });
    await ongoing;
    rmSync(this.folder, { recursive: true, force: true });
  }

  sources(): EnvironmentSources {
    const { registry, hostIP, allocatable } = this.host;
    const { namespace = 'default' } = this.latest.metadata;
    return {
      pod: this.latest,
      podIP: this.podIP,
      hostIP,
      allocatable,
      services: specOf(this.latest).enableServiceLinks === false ? [] : registry.list('Service', namespace),
      apiService: registry.find('Service', 'default', 'kubernetes'),
      configMap: (name) => registry.find('ConfigMap', namespace, name),
      secret: (name) => registry.find('Secret', namespace, name),
    };
  }

  /** One look at everything. Answers whether something is to be tried again soon. */
  private async sync(): Promise<SyncResult> {
    if (isFinished(this.latest)) return 'done';
    const ends = new Map(this.records.map((record) => [record, record.instance?.ended ?? record.former?.ended]));
    this.writeStatus();
    this.triggerReadiness();
    if (this.isOverdue()) return 'done';
    if (!this.setUp()) return 'unmounted';
    this.prober.start(this.latest);
    const actions = this.actions();
    if (actions.finished) {
      this.finish();
      return 'done';
    }
    await Promise.all(actions.kill.map((kill) => this.kill(kill)));
    let failed = false;
    for (const name of actions.start) {
      const record = this.record(name);
      if (!record || this.ending.aborted) break;
      try {
        awaitBackOff(record, ends.get(record), this);
        await startContainer(record, this);
      } catch (error) {
        if (!(error instanceof StartFailure)) throw error;
        record.waiting = { reason: error.reason, message: error.message };
        failed = true;
        if (record.kind === 'init') break;
      }
    }
    if (!this.termination) this.writeStatus();
    return failed ? 'again soon' : 'done';
  }

  /** Volumes and address. False where a volume is not to be had; tried again later. */
  private setUp(): boolean {
    try {
      this.podIP ||= this.host.addresses.take();
      this.volumes.mount(this.sources());
    } catch (error) {
      this.event('Warning', 'FailedMount', (error as Error).message);
      // What is mounted stays as it is.
      return this.isSetUp;
    }
    this.isSetUp = true;
    return true;
  }

  private isOverdue(): boolean {
    const { activeDeadlineSeconds } = specOf(this.latest);
    if (activeDeadlineSeconds === undefined) return false;
    const leftMs = this.startedAtMs + activeDeadlineSeconds * 1000 - this.now();
    if (leftMs > 0) {
      this.loop.wakeWithin(leftMs);
      return false;
    }
    this.failure = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' };
    this.event('Normal', this.failure.reason, this.failure.message);
    this.finish();
    return true;
  }

  /** Ends what still runs of a Pod that is over by itself; its object stays. */
  private finish(): void {
    this.terminate(specOf(this.latest).terminationGracePeriodSeconds ?? 30).catch((error: unknown) => this.report(error));
  }

  private report(error: unknown): void {
    this.host.log(`Pod ${podTitle(this.latest)}: ${error instanceof Error ? error.stack : String(error)}`);
  }

  private actions(): PodActions {
    const views = this.records.map((record): ContainerView => {
      const { spec, kind, instance } = record;
      const { startup } = this.probes(record);
      const result = (probe: 'liveness' | 'startup') => this.prober.result(spec.name, probe, instance?.containerID);
      const failed = (['liveness', 'startup'] as const).find((probe) => result(probe) === 'Failure');
      return {
        name: spec.name,
        kind,
        state: isRunning(record) ? 'running' : instance ? 'ended' : 'absent',
        exitCode: instance?.ended?.exitCode,
        started: isRunning(record) && !instance?.isStarting && (startup === 'absent' || startup === 'Success'),
        failed,
      };
    });
    return computePodActions(specOf(this.latest).restartPolicy ?? 'Always', views);
  }

  private async kill({ name, probe, message }: PodActions['kill'][number]): Promise<void> {
    const record = this.record(name);
    const ofProbe = record?.spec[`${probe}Probe`]?.terminationGracePeriodSeconds;
    const graceSeconds = ofProbe ?? specOf(this.latest).terminationGracePeriodSeconds ?? 30;
    if (record) await stopContainer(record, this, { graceSeconds, message });
  }

  private async endPod(graceSeconds: number): Promise<void> {
    this.end.abort();
    this.prober.stopLivenessAndStartup();
    // What a sync was just starting is ended too.
    await this.loop.stop(() => terminateContainers(this.records, this, graceSeconds));
    await terminateContainers(this.records, this, graceSeconds);
    this.prober.stop();
    this.isTerminal = true;
    this.isSetUp = false;
    this.writeStatus();
    this.volumes.remove();
    const { name, namespace = '', uid, deletionTimestamp } = this.latest.metadata;
    if (!deletionTimestamp) return;
    try {
      this.host.registry.delete('Pod', namespace, name, { gracePeriodSeconds: 0, uid });
    } catch (error) {
      // Another was faster, or a new Pod has the name already.
      if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409)) throw error;
    }
  }

  private probes({ spec, instance }: ContainerRecord): ProbeView {
    const result = (probe: 'startup' | 'readiness') =>
      spec[`${probe}Probe`] ? (this.prober.result(spec.name, probe, instance?.containerID) ?? 'Unknown') : 'absent';
    return { startup: result('startup'), readiness: result('readiness') };
  }

  private probed(name: string): ProbedContainer {
    const all = [...(this.status?.containerStatuses ?? []), ...(this.status?.initContainerStatuses ?? [])];
    const status = all.find((one) => one.name === name);
    const startedAt = status?.state?.running?.startedAt;
    return {
      containerID: status?.containerID,
      startedAtMs: startedAt === undefined ? undefined : Date.parse(startedAt),
      terminated: status?.state?.terminated !== undefined,
      started: status?.started ?? false,
      podDeleting: this.latest.metadata.deletionTimestamp !== undefined,
      podFinished: this.status?.phase === 'Succeeded' || this.status?.phase === 'Failed',
    };
  }

  /** While a container is not ready each sync asks for an immediate readiness probe (prober_manager.go, UpdatePodStatus). */
  private triggerReadiness(): void {
    for (const status of [...(this.status?.containerStatuses ?? []), ...(this.status?.initContainerStatuses ?? [])])
      if (status.started && !status.ready) this.prober.triggerReadiness(status.name);
  }

  private writeStatus(): void {
    const { registry } = this.host;
    const { name, namespace = '', uid } = this.latest.metadata;
    const stored = registry.find('Pod', namespace, name);
    const current = stored?.metadata.uid === uid ? stored : this.latest;
    const facts = { ...this.facts(), records: this.records, probes: (record: ContainerRecord) => this.probes(record) };
    this.status = computeStatus(current, facts, this.now());
    if (current === stored) registry.updateStatus('Pod', { ...current, status: this.status });
  }

  private facts() {
    const { podIP, startedAtMs, isSetUp, isTerminal, failure } = this;
    return { hostIP: this.host.hostIP, ...(podIP && (isSetUp || isTerminal) && { podIP }), startedAtMs, isSetUp, isTerminal, failure };
  }
}
