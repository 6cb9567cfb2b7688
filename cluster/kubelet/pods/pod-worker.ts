import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sameJson } from '../../api/object.ts';
import { type ContainerRecord, fieldPath, newRecords } from '../containers/container-record.ts';
import type { PodContext } from '../containers/pod-context.ts';
import type { BackOff } from '../containers/restart-back-off.ts';
import { stopContainer } from '../containers/stop-container.ts';
import type { EnvironmentSources } from '../environment/environment.ts';
import { PodProber } from '../probes/pod-prober.ts';
import { runProbe } from '../probes/run-probe.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { PodVolumes } from '../volumes/pod-volumes.ts';
import { deleteObject } from './delete-object.ts';
import { endProcesses } from './end-processes.ts';
import { environmentSources } from './environment-sources.ts';
import { isFinished, type Pod, podTitle, specOf } from './pod.ts';
import { computePodActions, type PodActions } from './pod-actions.ts';
import { endsOf, startDue } from './start-due.ts';
import { StatusReporter } from './status-reporter.ts';
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
  private readonly host: WorkerHost;
  private readonly prober: PodProber;
  private readonly reporter: StatusReporter;
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
      view: (name) => this.reporter.probed(name, this.latest),
      ask: (container, probe) => {
        const { podIP, runtime } = this;
        return runProbe(probe, container, { podIP, dial: runtime.dial, running: this.record(container.name)?.instance?.running });
      },
      event: (container, reason, message) => this.event('Warning', reason, message, this.record(container.name)),
      onResult: () => {
        this.writeStatus();
        this.wake();
      },
      onError: (error) => host.log(`probes of Pod ${podTitle(pod)}: ${String(error)}`),
      now: () => host.now(),
    });
    this.reporter = new StatusReporter(host.registry, this.records, this.prober);
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
      !sameJson(labels, before.metadata.labels) ||
      !sameJson(annotations, before.metadata.annotations)
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
    await this.host.runtime.removeFolder(this.folder);
  }

  /** Ends all processes now, without hooks and without a word to the API: the lab ends. */
  async stop(): Promise<void> {
    const ongoing = this.termination;
    this.termination ??= Promise.resolve();
    this.end.abort();
    this.prober.stop();
    await this.loop.stop(() => endProcesses(this.records, LAB_GRACE_SECONDS));
    await ongoing;
    await this.host.runtime.forget(this.latest.metadata.uid);
    await this.host.runtime.removeFolder(this.folder);
  }

  sources(): EnvironmentSources {
    return environmentSources(this.latest, this.podIP, this.host);
  }

  /** One look at everything. Answers whether something is to be tried again soon. */
  private async sync(): Promise<SyncResult> {
    if (isFinished(this.latest)) return 'done';
    const ends = endsOf(this.records);
    this.writeStatus();
    this.reporter.triggerReadiness();
    if (this.isOverdue()) return 'done';
    if (!this.setUp()) return 'unmounted';
    this.prober.start(this.latest);
    const actions = computePodActions(specOf(this.latest).restartPolicy ?? 'Always', this.reporter.containerViews());
    if (actions.finished) {
      this.finish();
      return 'done';
    }
    await Promise.all(actions.kill.map((kill) => this.kill(kill)));
    const due = actions.start.flatMap((name) => this.record(name) ?? []);
    // What came of it is in the status of the next sync, as the kubelet has it: an Error stays for some seconds before it is a back-off.
    return (await startDue(due, ends, this)) ? 'done' : 'again soon';
  }

  /** Volumes and address. False where a volume is not to be had; tried again later. */
  private setUp(): boolean {
    try {
      this.podIP ||= this.host.addresses.take();
    } catch (error) {
      this.event('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${(error as Error).message}`);
      return false;
    }
    try {
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
    // Logs stay until the Pod is deleted. What cannot be removed goes with the node's folder: the Pod is over all the same.
    await this.host.runtime.forget(this.latest.metadata.uid).catch((error: unknown) => this.report(error));
    await this.volumes.remove((folder) => this.host.runtime.removeFolder(folder)).catch((error: unknown) => this.report(error));
    if (this.latest.metadata.deletionTimestamp) deleteObject(this.latest, this.host.registry);
  }

  private writeStatus(): void {
    const { podIP, startedAtMs, isSetUp, isTerminal, failure } = this;
    const facts = { startedAtMs, isSetUp, isTerminal, failure, hostIP: this.host.hostIP };
    this.reporter.write(this.latest, { ...facts, ...(podIP && (isSetUp || isTerminal) && { podIP }) }, this.now());
  }
}
