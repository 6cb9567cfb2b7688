import { readFileSync } from 'node:fs';
import { bundledProgram } from '../bundled-program.ts';
import type { KubeClients } from '../experiment.ts';
import { KubeError } from '../kube/kube-error.ts';
import { decidePodTrouble } from '../kube/pod-trouble.ts';
import { isPodReady, type Pod } from '../kube/workloads.ts';
import { LabError } from '../lab-error.ts';
import { microTime, switchName, switchObjects } from './switch-objects.ts';

const renewEveryMs = 5000;
const expiresAfterSeconds = 30;
const armedWithinMs = 90_000;
const purpose = `Pod ${switchName}, which undoes everything if this process dies,`;

export interface DeadMansSwitch {
  /** Resolves when it gets through to the API server and sees the Lease; before that nothing may be broken. Rejects where it does not come to that. */
  armed: Promise<void>;
  /** Nobody renews any more; what becomes of the namespace is the caller's. */
  disarm(): void;
}

/**
 * For clusters that nobody of ours watches over: a Pod in the namespace that deletes it, with every fault in it, when this process has not said for
 * 30 s that it lives. Resolves when it is created. `onGone`: it was armed and is no more, so whatever is done from now on might stay.
 */
export async function createSwitch(
  kube: KubeClients,
  { namespace, uid, image }: { namespace: string; uid: string; image: string },
  { onGone }: { onGone(error: LabError): void },
): Promise<DeadMansSwitch> {
  const program = readFileSync(bundledProgram('switch-pod'), 'utf8');
  const renewTime = microTime(new Date());
  for (const { path, object } of switchObjects({ namespace, uid, image, program, expiresAfterSeconds, renewTime }))
    await kube.request('POST', path, object);
  const ended = new AbortController();
  const { promise, resolve, reject } = deferred();
  // Whoever does not come to wait for it has ended for another reason.
  promise.catch(() => undefined);
  let isArmed = false;
  const gone = (why: string): void => {
    if (ended.signal.aborted) return;
    const error = new LabError(`${purpose} ${why}`);
    reject(error);
    onGone(error);
  };
  let last: Pod | undefined;
  const tooLate = setTimeout(() => gone(`is not Ready after ${armedWithinMs / 1000} s: ${stateOf(last)}`), armedWithinMs);
  kube
    .watch<Pod>(`/api/v1/namespaces/${namespace}/pods?fieldSelector=metadata.name%3D${switchName}`, ended.signal, (type, pod) => {
      last = pod;
      if (type === 'DELETED') return gone('was deleted');
      if (isPodReady(pod)) {
        isArmed = true;
        clearTimeout(tooLate);
        resolve();
      } else if (isArmed) gone(`is not Ready any more: ${stateOf(pod)}`);
    })
    .catch((error: Error) => gone(`cannot be watched: ${error.message}`));
  const lease = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${switchName}`;
  const timer = setInterval(() => {
    const patch = { spec: { renewTime: microTime(new Date()) } };
    kube.request('PATCH', lease, patch, 'application/merge-patch+json', ended.signal).catch((error: Error) => {
      // A server that does not answer is noticed by others; the Lease has time for five more.
      if (error instanceof KubeError && [401, 403, 404].includes(error.code))
        gone(`will do so soon, as its Lease cannot be renewed: ${error.message}`);
    });
  }, renewEveryMs);
  timer.unref();
  return {
    armed: promise,
    disarm: () => {
      ended.abort();
      clearTimeout(tooLate);
      clearInterval(timer);
    },
  };
}

function deferred() {
  let [resolve, reject]: [() => void, (error: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<void>((onResolve, onReject) => {
    [resolve, reject] = [onResolve, onReject];
  });
  return { promise, resolve, reject };
}

const stateOf = (pod: Pod | undefined): string => (pod && decidePodTrouble(pod, [])?.message) ?? 'nobody has seen it';
