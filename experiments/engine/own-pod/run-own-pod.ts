import { setTimeout as pause } from 'node:timers/promises';
import type { LoadOptions } from '../experiment.ts';
import { decidePodTrouble } from '../kube/pod-trouble.ts';
import type { Pod } from '../kube/workloads.ts';
import { LabError } from '../lab-error.ts';
import { type OwnPod, ownPodObjects } from './own-pod-objects.ts';

const runsWithinMs = 90_000;
const lookEveryMs = 200;

/** Creates a Pod of ours and waits until it runs. Rejects with a LabError where it does not. */
export async function runOwnPod({ kube, namespace, signal, say, imageOf }: NonNullable<LoadOptions['pod']>, own: OwnPod): Promise<void> {
  const { name, purpose } = own;
  for (const { path, object } of ownPodObjects(namespace, { ...own, image: imageOf(own.image) })) await kube.request('POST', path, object);
  for (const untilMs = performance.now() + runsWithinMs; ; await pause(lookEveryMs, undefined, { signal })) {
    const pod = await kube.request<Pod>('GET', `/api/v1/namespaces/${namespace}/pods/${name}`);
    if (pod.status?.containerStatuses?.[0]?.state?.running) return;
    const seen = decidePodTrouble(pod, [])?.message;
    if (performance.now() > untilMs)
      throw new LabError(`Pod ${name}, which ${purpose}, does not run after ${runsWithinMs / 1000} s: ${seen}`);
    say(`waiting for Pod ${name}: ${seen}`);
  }
}
