import { type ContainerStatus, isPodReady, type KubeEvent, type Pod } from './workloads.ts';

/** Why a Pod is not Ready. */
export interface PodTrouble {
  pod: string;
  /** Whose log tells more; undefined where nothing has run. */
  container: string | undefined;
  /** Whether the log to read is that of the instance before. */
  previous: boolean;
  message: string;
  /** Waiting longer would not help. */
  hopeless: boolean;
  /** No node has room for it, and nobody has said that one is coming: what is on its way out elsewhere may still make some. */
  homeless?: true;
}

const restartsThatSuffice = 3;
/** Reasons to wait that do not pass by themselves. */
const hopelessReasons = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError', 'CreateContainerError'];
/** Cluster Autoscaler's and Karpenter's, of a Pod that they make a node for. */
const nodeIsComing = ['TriggeredScaleUp', 'Nominated'];
/** Of a kubelet that has not read a ConfigMap or Secret yet: it tries again (pkg/kubelet/util/manager). */
const onlyLate = /^failed to sync .* cache: timed out/;

/** What stands in a Pod's way, from its conditions, its containers and the Events about it; undefined where it is Ready. */
export function decidePodTrouble(pod: Pod, events: KubeEvent[]): PodTrouble | undefined {
  const { conditions = [], containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  if (isPodReady(pod)) return undefined;
  const say = (message: string, container?: ContainerStatus, hopeless = false): PodTrouble => ({
    pod: pod.metadata.name,
    container: container && hasRun(container) ? container.name : undefined,
    previous: container?.state?.waiting !== undefined && container.lastState?.terminated !== undefined,
    message,
    hopeless,
  });
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled) {
    const coming = events.some(({ reason, involvedObject: { uid } }) => uid === pod.metadata.uid && nodeIsComing.includes(reason ?? ''));
    const trouble = say(`Pod ${pod.metadata.name} is not scheduled: ${unscheduled.message ?? unscheduled.reason ?? 'no reason given'}`);
    return coming ? trouble : { ...trouble, homeless: true };
  }
  const containers = [...initContainerStatuses, ...containerStatuses];
  for (const container of containers) {
    const { waiting } = container.state ?? {};
    const ended = container.state?.terminated ?? container.lastState?.terminated;
    const crashed = ended !== undefined && container.restartCount >= restartsThatSuffice;
    if (waiting && hopelessReasons.includes(waiting.reason ?? '')) {
      const message = `container ${container.name} waits: ${waiting.reason}${waiting.message ? `: ${waiting.message}` : ''}`;
      return say(message, container, !onlyLate.test(waiting.message ?? ''));
    }
    if (ended && (crashed || waiting?.reason === 'CrashLoopBackOff')) {
      return say(`container ${container.name} ${exitOf(container)}${restarts(container)}`, container, crashed);
    }
  }
  const sick = containers.find(({ ready }) => !ready);
  const unhealthy = latest(
    events.filter(({ reason, involvedObject }) => reason === 'Unhealthy' && involvedObject.uid === pod.metadata.uid),
  );
  if (unhealthy) return say(`${unhealthy.message ?? 'a probe failed'}${times(unhealthy.count)}`, sick);
  if (sick?.state?.terminated) return say(`container ${sick.name} ${exitOf(sick)}${restarts(sick)}`, sick);
  const unmounted = latest(events.filter(({ type, involvedObject }) => type === 'Warning' && involvedObject.uid === pod.metadata.uid));
  if (unmounted) return say(`${unmounted.reason}: ${unmounted.message}${times(unmounted.count)}`, sick);
  if (sick?.state?.waiting?.reason) return say(`container ${sick.name} waits: ${sick.state.waiting.reason}`, sick);
  const ready = conditions.find(({ type }) => type === 'Ready');
  return say(`Pod ${pod.metadata.name} is ${pod.status?.phase ?? 'not started'}${ready?.message ? `: ${ready.message}` : ''}`, sick);
}

const hasRun = ({ state, lastState }: ContainerStatus): boolean =>
  state?.running !== undefined || state?.terminated !== undefined || lastState?.terminated !== undefined;

function exitOf({ state, lastState }: ContainerStatus): string {
  const ended = state?.terminated ?? lastState?.terminated;
  return `ended with exit code ${ended?.exitCode}${ended?.reason ? ` (${ended.reason})` : ''}`;
}

const restarts = ({ restartCount }: ContainerStatus): string =>
  restartCount === 0 ? '' : `, restarted ${restartCount === 1 ? 'once' : `${restartCount} times`}`;
const times = (count = 1): string => (count > 1 ? ` (${count} times)` : '');

const latest = (events: KubeEvent[]): KubeEvent | undefined =>
  [...events].sort((a, b) => (b.lastTimestamp ?? b.eventTime ?? '').localeCompare(a.lastTimestamp ?? a.eventTime ?? ''))[0];
