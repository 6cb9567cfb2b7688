import { type Container, type ContainerStatus, isSidecar, type PodCondition } from './pod.ts';

export interface PodView {
  restartPolicy: string;
  initContainers: Container[];
  containers: Container[];
  /** Of init and regular containers; one that is missing is unknown. */
  statuses: ContainerStatus[];
  /** No container will be started again, whatever the restart policy. */
  isTerminal: boolean;
  /** A regular container is active now. */
  hasInitialized: boolean;
}

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';
export type Condition = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

const statusOf = (view: PodView, container: Container) => view.statuses.find(({ name }) => name === container.name);

/** Phase of a Pod from the states of its containers (pkg/kubelet/kubelet_pods.go, getPhase). */
export function computePhase(view: PodView): Phase {
  let [pendingInit, failedInit, pendingSidecars] = [0, 0, 0];
  let [unknown, running, waiting, stopped, succeeded] = [0, 0, 0, 0, 0];
  for (const container of view.initContainers) {
    const status = statusOf(view, container);
    const { state } = status ?? {};
    if (!isSidecar(container)) {
      const ended = state?.terminated ?? (state?.waiting && status?.lastState?.terminated);
      if (!ended) pendingInit += 1;
      else if (ended.exitCode !== 0) failedInit += 1;
    } else if (!status) unknown += 1;
    else if (state?.running) {
      if (!status.started) pendingSidecars += 1;
      running += 1;
    } else if (state?.waiting) {
      if (!status.lastState?.terminated) {
        pendingSidecars += 1;
        waiting += 1;
      }
    } else if (!state?.terminated) {
      pendingSidecars += 1;
      unknown += 1;
    }
  }
  for (const container of view.containers) {
    const status = statusOf(view, container);
    const { state } = status ?? {};
    if (state?.running) running += 1;
    else if (state?.terminated) {
      stopped += 1;
      if (state.terminated.exitCode === 0) succeeded += 1;
    } else if (state?.waiting) {
      if (status?.lastState?.terminated) stopped += 1;
      else waiting += 1;
    } else unknown += 1;
  }
  if (failedInit > 0 && view.restartPolicy === 'Never') return 'Failed';
  if (pendingInit > 0 || (pendingSidecars > 0 && !view.hasInitialized) || waiting > 0) return 'Pending';
  if (running > 0 && unknown === 0) return 'Running';
  if (running > 0 || stopped === 0 || unknown > 0) return 'Pending';
  if (view.isTerminal) return stopped === succeeded ? 'Succeeded' : 'Failed';
  if (view.restartPolicy === 'Always') return 'Running';
  if (stopped === succeeded) return 'Succeeded';
  return view.restartPolicy === 'Never' ? 'Failed' : 'Running';
}

const names = (containers: Container[]): string => `[${containers.map(({ name }) => name).join(' ')}]`;

/** Condition Initialized (pkg/kubelet/status/generate.go, GeneratePodInitializedCondition). */
export function computeInitialized(view: PodView, phase: Phase): Condition {
  const type = 'Initialized';
  const unknown = view.initContainers.filter((container) => !statusOf(view, container));
  const incomplete = view.initContainers.filter((container) => {
    const status = statusOf(view, container);
    return status && !(isSidecar(container) ? status.started : status.ready);
  });
  if (phase === 'Succeeded' && unknown.length === 0) return { type, status: 'True', reason: 'PodCompleted' };
  const someStarted = view.containers.some((container) => {
    const status = statusOf(view, container);
    return status?.state?.running || status?.state?.terminated || status?.lastState?.terminated;
  });
  if (someStarted || unknown.length + incomplete.length === 0) return { type, status: 'True' };
  const message = sentence([unknown, 'unknown'], [incomplete, 'incomplete']);
  return { type, status: 'False', reason: 'ContainersNotInitialized', message };
}

/** Condition ContainersReady (generate.go, GenerateContainersReadyCondition). */
export function computeContainersReady(view: PodView, phase: Phase): Condition {
  const type = 'ContainersReady';
  const counted = [...view.initContainers.filter(isSidecar), ...view.containers];
  const unknown = counted.filter((container) => !statusOf(view, container));
  const unready = counted.filter((container) => statusOf(view, container)?.ready === false);
  if (phase === 'Succeeded' && unknown.length === 0) return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  if (unknown.length + unready.length === 0) return { type, status: 'True' };
  return { type, status: 'False', reason: 'ContainersNotReady', message: sentence([unknown, 'unknown'], [unready, 'unready']) };
}

/** Condition Ready: the containers' and all readiness gates (generate.go, GeneratePodReadyCondition). */
export function computeReady(containersReady: Condition, gates: string[], others: Condition[]): Condition {
  const type = 'Ready';
  if (containersReady.status !== 'True') return { ...containersReady, type };
  const closed = gates.flatMap((gate) => {
    const condition = others.find((one) => one.type === gate);
    if (!condition) return [`corresponding condition of pod readiness gate "${gate}" does not exist.`];
    return condition.status === 'True' ? [] : [`the status of pod readiness gate "${gate}" is not "True", but ${condition.status}`];
  });
  if (closed.length === 0) return { type, status: 'True' };
  return { type, status: 'False', reason: 'ReadinessGatesNotReady', message: closed.join(', ') };
}

const sentence = (...groups: [Container[], string][]): string =>
  groups
    .filter(([containers]) => containers.length > 0)
    .map(([containers, word]) => `containers with ${word} status: ${names(containers)}`)
    .join(', ');
