import type { Registry } from '../../api/registry.ts';
import { type ContainerRecord, isRunning } from '../containers/container-record.ts';
import type { ProbeView } from '../containers/container-status.ts';
import type { PodProber } from '../probes/pod-prober.ts';
import type { ProbedContainer } from '../probes/probe-worker.ts';
import { computeStatus, type PodFacts } from './compute-status.ts';
import type { ContainerStatus, Pod, PodStatus } from './pod.ts';
import type { ContainerView } from './pod-actions.ts';

/** Writes a Pod's status to the API, and tells the probes and the next step what it last said. */
export class StatusReporter {
  private readonly registry: Registry;
  private readonly records: ContainerRecord[];
  private readonly prober: PodProber;
  private status: PodStatus | undefined;

  constructor(registry: Registry, records: ContainerRecord[], prober: PodProber) {
    this.registry = registry;
    this.records = records;
    this.prober = prober;
  }

  /** `pod` is the Pod as it was last seen; where it is gone from the API nothing is written there. */
  write(pod: Pod, facts: Omit<PodFacts, 'records' | 'probes'>, nowMs: number): void {
    const { name, namespace = '', uid } = pod.metadata;
    const stored = this.registry.find('Pod', namespace, name);
    const current = stored?.metadata.uid === uid ? stored : pod;
    this.status = computeStatus(current, { ...facts, records: this.records, probes: (record) => this.probeView(record) }, nowMs);
    if (current === stored) this.registry.updateStatus('Pod', { ...current, status: this.status });
  }

  /** A container as probes see it: as the status last had it. */
  probed(container: string, pod: Pod): ProbedContainer {
    const status = this.statuses().find(({ name }) => name === container);
    const startedAt = status?.state?.running?.startedAt;
    return {
      containerID: status?.containerID,
      startedAtMs: startedAt === undefined ? undefined : Date.parse(startedAt),
      terminated: status?.state?.terminated !== undefined,
      started: status?.started ?? false,
      podDeleting: pod.metadata.deletionTimestamp !== undefined,
      podFinished: this.status?.phase === 'Succeeded' || this.status?.phase === 'Failed',
    };
  }

  /** While a container is not ready each sync asks for an immediate readiness probe (prober_manager.go, UpdatePodStatus). */
  triggerReadiness(): void {
    for (const { name, started, ready } of this.statuses()) if (started && !ready) this.prober.triggerReadiness(name);
  }

  /** The containers as the next step is decided by. */
  containerViews(): ContainerView[] {
    return this.records.map((record) => {
      const { spec, kind, instance } = record;
      const { startup } = this.probeView(record);
      const result = (probe: 'liveness' | 'startup') => this.prober.result(spec.name, probe, instance?.containerID);
      return {
        name: spec.name,
        kind,
        state: isRunning(record) ? 'running' : instance ? 'ended' : 'absent',
        exitCode: instance?.ended?.exitCode,
        started: isRunning(record) && !instance?.isStarting && (startup === 'absent' || startup === 'Success'),
        failed: (['liveness', 'startup'] as const).find((probe) => result(probe) === 'Failure'),
      };
    });
  }

  private statuses(): ContainerStatus[] {
    return [...(this.status?.containerStatuses ?? []), ...(this.status?.initContainerStatuses ?? [])];
  }

  private probeView({ spec, instance }: ContainerRecord): ProbeView {
    const result = (probe: 'startup' | 'readiness') =>
      spec[`${probe}Probe`] ? (this.prober.result(spec.name, probe, instance?.containerID) ?? 'Unknown') : 'absent';
    return { startup: result('startup'), readiness: result('readiness') };
  }
}
