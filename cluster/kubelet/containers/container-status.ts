import { timestamp } from '../../api/object.ts';
import type { ContainerStatus } from '../pods/pod.ts';
import type { ContainerRecord, Ended } from './container-record.ts';

export interface ProbeView {
  /** Result of the startup probe for this instance; `absent`: there is no such probe. */
  startup: 'Success' | 'Failure' | 'Unknown' | 'absent';
  readiness: 'Success' | 'Failure' | 'Unknown' | 'absent';
}

/** Status of a container in the API (pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses, prober_manager.go UpdatePodStatus). */
export function computeContainerStatus(record: ContainerRecord, probes: ProbeView, hasInitContainers: boolean): ContainerStatus {
  const { spec, kind, instance, former, waiting } = record;
  const ended = instance?.ended;
  const runs = instance !== undefined && !ended && !instance.isStarting;
  const started = runs && (probes.startup === 'absent' || probes.startup === 'Success');
  const ready = kind === 'init' ? ended?.exitCode === 0 : started && (probes.readiness === 'absent' || probes.readiness === 'Success');
  const state: ContainerStatus['state'] = runs
    ? { running: { startedAt: timestamp(instance.startedAtMs) } }
    : ended && !waiting
      ? { terminated: terminated(ended) }
      : { waiting: waiting ?? { reason: hasInitContainers ? 'PodInitializing' : 'ContainerCreating' } };
  const last = ended && waiting ? ended : former?.ended;
  // Until its postStart has ended nobody hears of an instance.
  const containerID = instance?.isStarting ? former?.ended.containerID : instance?.containerID;
  return {
    name: spec.name,
    state,
    lastState: last ? { terminated: terminated(last) } : {},
    ready,
    restartCount: record.restartCount,
    image: spec.image ?? '',
    imageID: instance ? (spec.image ?? '') : '',
    ...(containerID && { containerID }),
    started,
  };
}

const terminated = (ended: Ended) => ({
  exitCode: ended.exitCode,
  reason: ended.reason,
  ...(ended.message && { message: ended.message }),
  startedAt: timestamp(ended.startedAtMs),
  finishedAt: timestamp(ended.finishedAtMs),
  containerID: ended.containerID,
});
