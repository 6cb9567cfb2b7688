import { timestamp } from '../../api/object.ts';
import { type ContainerRecord, isRunning } from '../containers/container-record.ts';
import { computeContainerStatus, type ProbeView } from '../containers/container-status.ts';
import { type ContainerStatus, isFinished, type Pod, type PodCondition, type PodStatus, specOf } from './pod.ts';
import { type Condition, computeContainersReady, computeInitialized, computePhase, computeReady, type Phase } from './pod-status.ts';

export interface PodFacts {
  records: ContainerRecord[];
  probes(record: ContainerRecord): ProbeView;
  hostIP: string;
  /** Absent before there is one. */
  podIP?: string;
  startedAtMs: number;
  /** Volumes are there and an address is given. */
  isSetUp: boolean;
  /** No container will be started again. */
  isTerminal: boolean;
  /** Why the Pod is Failed whatever its containers say. */
  failure?: { reason: string; message: string };
}

/** The whole status of a Pod as the kubelet writes it; what others wrote there stays (pkg/kubelet/kubelet_pods.go, generateAPIPodStatus). */
export function computeStatus(pod: Pod, facts: PodFacts, nowMs: number): PodStatus {
  const { initContainers = [], containers, restartPolicy = 'Always', readinessGates = [] } = specOf(pod);
  const statusOf = (record: ContainerRecord) => computeContainerStatus(record, facts.probes(record), initContainers.length > 0);
  const inits = facts.records.filter(({ kind }) => kind !== 'app').map(statusOf);
  const apps = facts.records.filter(({ kind }) => kind === 'app').map(statusOf);
  const hasInitialized = facts.records.some((record) => record.kind === 'app' && isRunning(record));
  const view = { restartPolicy, initContainers, containers, statuses: [...inits, ...apps], isTerminal: facts.isTerminal, hasInitialized };
  const phase = finalPhase(pod, facts, computePhase(view));
  const containersReady = computeContainersReady(view, phase);
  const former = pod.status?.conditions ?? [];
  const ours: Condition[] = [
    { type: 'PodReadyToStartContainers', status: facts.isSetUp ? 'True' : 'False' },
    computeInitialized(view, phase),
    computeReady(
      containersReady,
      readinessGates.map(({ conditionType }) => conditionType),
      former,
    ),
    containersReady,
    { type: 'PodScheduled', status: 'True' },
  ];
  const { podIP, hostIP, failure } = facts;
  return {
    ...pod.status,
    observedGeneration: pod.metadata.generation,
    phase,
    conditions: [
      ...ours.map((condition) => dated(condition, former, pod.metadata.generation, nowMs)),
      ...former.filter(({ type }) => !ours.some((condition) => condition.type === type)),
    ],
    ...(facts.isTerminal && failure),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP && { podIP, podIPs: [{ ip: podIP }] }),
    startTime: pod.status?.startTime ?? timestamp(facts.startedAtMs),
    ...(inits.length > 0 && { initContainerStatuses: inits }),
    containerStatuses: terminalStatuses(apps, facts),
  };
}

/**
 * A terminal phase never changes, and does not come before all of the Pod has ended (pkg/kubelet/status/status_manager.go, mergePodStatus); a
 * Pod whose containers are gone for good is not left in another.
 */
function finalPhase(pod: Pod, facts: PodFacts, computed: Phase): Phase {
  if (isFinished(pod)) return pod.status?.phase as Phase;
  const phase = facts.failure ? 'Failed' : computed;
  if (!facts.isTerminal)
    return phase === 'Succeeded' || phase === 'Failed' ? ((pod.status?.phase as Phase | undefined) ?? 'Pending') : phase;
  if (facts.failure) return 'Failed';
  return facts.isTerminal && computed !== 'Succeeded' ? 'Failed' : computed;
}

/** Once a Pod has run, a container of it that cannot be accounted for counts as failed (pkg/kubelet/status/status_manager.go, TerminatePod). */
function terminalStatuses(apps: ContainerStatus[], facts: PodFacts): ContainerStatus[] {
  if (!facts.isTerminal || !apps.some(({ state, lastState }) => state?.terminated ?? lastState?.terminated)) return apps;
  return apps.map((status) => {
    if (status.state?.terminated) return status;
    const message = 'The container could not be located when the pod was terminated';
    const terminated = { exitCode: 137, reason: 'ContainerStatusUnknown', message };
    return { ...status, state: { terminated }, ready: false, started: false };
  });
}

function dated(condition: Condition, former: PodCondition[], observedGeneration: number | undefined, nowMs: number): PodCondition {
  const before = former.find(({ type }) => type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : undefined;
  return { ...condition, observedGeneration, lastTransitionTime: lastTransitionTime ?? timestamp(nowMs) };
}
