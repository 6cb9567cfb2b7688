import { readFileSync } from 'node:fs';
import type { Container, ContainerStatus } from './pod.ts';
import { type Condition, computeContainersReady, computeInitialized, computePhase, computeReady, type PodView } from './pod-status.ts';

interface GivenStatus {
  name: string;
  state: 'running' | 'waiting' | 'terminated' | 'absent';
  ready: boolean;
  started?: boolean;
  exitCode?: number;
  lastEnded?: boolean;
  reason?: string;
  restartCount?: number;
}
interface Given {
  containers: { name: string; status?: GivenStatus }[];
  initContainers?: { name: string; sidecar: boolean; status?: GivenStatus }[];
  podHasInitialized: boolean;
  podIsTerminal: boolean;
  restartPolicy: string;
  readinessGate?: string;
}
type Case = { id: string; in: Given; out: Record<string, Omit<Condition, 'type'> | string> };
const cases = JSON.parse(readFileSync(new URL('pod-status.cases.json', import.meta.url), 'utf8')) as Case[];

function statuses(given: Given): ContainerStatus[] {
  return [...(given.initContainers ?? []), ...given.containers].flatMap(({ status }) => {
    if (!status || status.state === 'absent') return [];
    const ended = { exitCode: status.exitCode ?? 0, reason: status.reason };
    const state = {
      running: { running: {} },
      waiting: { waiting: { reason: status.reason } },
      terminated: { terminated: ended },
    }[status.state];
    const lastState = status.lastEnded ? { terminated: { exitCode: status.exitCode ?? 0 } } : undefined;
    const { name, ready, started, restartCount = 0 } = status;
    return [{ name, ready, started, restartCount, image: '', imageID: '', state, lastState }];
  });
}

test.each(cases.map((one) => [one.id, one] as const))('%s', (_, { in: given, out }) => {
  const container = (name: string, sidecar = false): Container => ({ name, ...(sidecar && { restartPolicy: 'Always' }) });
  const view: PodView = {
    restartPolicy: given.restartPolicy,
    initContainers: (given.initContainers ?? []).map(({ name, sidecar }) => container(name, sidecar)),
    containers: given.containers.map(({ name }) => container(name)),
    statuses: statuses(given),
    isTerminal: given.podIsTerminal,
    hasInitialized: given.podHasInitialized,
  };
  const phase = computePhase(view);
  const containersReady = computeContainersReady(view, phase);
  const gate = given.readinessGate;
  const ready = computeReady(containersReady, gate ? ['gate'] : [], gate ? [{ type: 'gate', status: gate }] : []);
  const bare = ({ type: _type, ...rest }: Condition) => rest;
  expect({
    phase,
    Initialized: bare(computeInitialized(view, phase)),
    ContainersReady: bare(containersReady),
    Ready: bare(ready),
  }).toEqual(out);
});
