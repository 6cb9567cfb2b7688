import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Stored, Wire } from '../../api/object.ts';
import { age } from '../age.ts';

type Pod = Stored<V1Pod>;
type Status = Wire<V1ContainerStatus>;

/** What `kubectl get pods` says under READY, STATUS and RESTARTS (pkg/printers/internalversion/printers.go printPod). */
export interface PodSummary {
  ready: string;
  status: string;
  restarts: string;
}

interface Count {
  restarts: number;
  lastEnd: number;
}

const count = (into: Count, status: Status): void => {
  into.restarts += status.restartCount ?? 0;
  const ended = status.lastState?.terminated?.finishedAt;
  if (ended) into.lastEnd = Math.max(into.lastEnd, Date.parse(ended));
};

/** Why a container ended, as one word: `Error`, `ExitCode:3`, `Signal:9`. */
const ending = (terminated: NonNullable<Status['state']>['terminated'], prefix = ''): string =>
  prefix + (terminated?.reason || (terminated?.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated?.exitCode ?? 0}`));

export function podSummary(pod: Pod, nowMs: number): PodSummary {
  const { spec, status = {} } = pod;
  const inits = spec?.initContainers ?? [];
  const isSidecar = (name: string): boolean => inits.some((one) => one.name === name && one.restartPolicy === 'Always');
  let text = status.reason || status.phase || '';
  for (const condition of status.conditions ?? []) {
    if (condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated') text = condition.reason;
  }
  let ready = 0;
  let total = spec?.containers.length ?? 0;
  const all: Count = { restarts: 0, lastEnd: 0 };
  const sidecars: Count = { restarts: 0, lastEnd: 0 };
  let initializing = false;
  total += inits.filter((one) => one.restartPolicy === 'Always').length;
  for (const [index, one] of (status.initContainerStatuses ?? []).entries()) {
    count(all, one);
    if (isSidecar(one.name)) count(sidecars, one);
    const { terminated, waiting } = one.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSidecar(one.name) && one.started) {
      if (one.ready) ready += 1;
      continue;
    }
    if (terminated) text = ending(terminated, 'Init:');
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') text = `Init:${waiting.reason}`;
    else text = `Init:${index}/${inits.length}`;
    initializing = true;
    break;
  }
  const initialized = (status.conditions ?? []).some(({ type, status: value }) => type === 'Initialized' && value === 'True');
  let shown = all;
  if (!initializing || initialized) {
    shown = sidecars;
    let running = false;
    for (const one of [...(status.containerStatuses ?? [])].reverse()) {
      count(shown, one);
      const { terminated, waiting, running: runs } = one.state ?? {};
      if (waiting?.reason) text = waiting.reason;
      else if (terminated) text = ending(terminated);
      else if (one.ready && runs) {
        running = true;
        ready += 1;
      }
    }
    if (text === 'Completed' && running) {
      const isReady = (status.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True');
      text = isReady ? 'Running' : 'NotReady';
    }
  }
  const finished = status.phase === 'Succeeded' || status.phase === 'Failed';
  if (pod.metadata.deletionTimestamp && status.reason === 'NodeLost') text = 'Unknown';
  else if (pod.metadata.deletionTimestamp && !finished) text = 'Terminating';
  const ago = shown.restarts > 0 && shown.lastEnd > 0 ? ` (${age(nowMs - shown.lastEnd)} ago)` : '';
  return { ready: `${ready}/${total}`, status: text, restarts: `${shown.restarts}${ago}` };
}
