import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { bundledProgram } from '../bundled-program.ts';
import type { KubeClients } from '../experiment.ts';
import type { Pod } from '../kube/workloads.ts';
import { LabError } from '../lab-error.ts';
import { microTime, switchName, switchObjects } from './switch-objects.ts';

const renewEveryMs = 5000;
const expiresAfterSeconds = 30;
const armedWithinMs = 90_000;
const lookEveryMs = 200;

export interface DeadMansSwitch {
  /** Nobody renews any more; what becomes of the namespace is the caller's. */
  disarm(): void;
}

/**
 * For clusters that nobody of ours watches over: a Pod in the namespace that deletes it, with every fault in it, when this process has not said for
 * 30 s that it lives. Resolves when the Pod runs. `onGone`: it runs no more, so whatever is done from now on might stay.
 */
export async function armSwitch(
  kube: KubeClients,
  { namespace, uid }: { namespace: string; uid: string },
  { signal, onGone }: { signal: AbortSignal; onGone(error: LabError): void },
): Promise<DeadMansSwitch> {
  const program = readFileSync(bundledProgram('switch-pod'), 'utf8');
  const renewTime = microTime(new Date());
  for (const { path, object } of switchObjects({ namespace, uid, program, expiresAfterSeconds, renewTime }))
    await kube.request('POST', path, object);
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  let last: Pod | undefined;
  for (const untilMs = performance.now() + armedWithinMs; !isRunning(last); await pause(lookEveryMs, undefined, { signal })) {
    last = await kube.request<Pod>('GET', `${pods}/${switchName}`);
    if (performance.now() > untilMs)
      throw new LabError(`Pod ${switchName}, which undoes everything if this process dies, does not run: ${stateOf(last)}`);
  }
  const ended = new AbortController();
  const lease = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${switchName}`;
  const timer = setInterval(() => {
    const patch = { spec: { renewTime: microTime(new Date()) } };
    // A server that does not answer is noticed by others; the Lease has time for five more.
    kube.request('PATCH', lease, patch, 'application/merge-patch+json', ended.signal).catch(() => undefined);
  }, renewEveryMs);
  timer.unref();
  const gone = (why: string): void => {
    if (!ended.signal.aborted) onGone(new LabError(`Pod ${switchName}, which undoes everything if this process dies, ${why}`));
  };
  kube
    .watch<Pod>(`${pods}?fieldSelector=metadata.name%3D${switchName}`, ended.signal, (type, pod) => {
      if (type === 'DELETED') gone('was deleted');
      else if (!isRunning(pod)) gone(`does not run any more: ${stateOf(pod)}`);
    })
    .catch((error: Error) => gone(`cannot be watched: ${error.message}`));
  return {
    disarm: () => {
      ended.abort();
      clearInterval(timer);
    },
  };
}

const isRunning = (pod: Pod | undefined): boolean => pod?.status?.containerStatuses?.some(({ state }) => state?.running) ?? false;
const stateOf = ({ status }: Pod): string =>
  JSON.stringify(
    status?.containerStatuses?.[0]?.state ?? status?.conditions?.find(({ status: value }) => value === 'False')?.message ?? status?.phase,
  );
