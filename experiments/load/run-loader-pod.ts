import { setTimeout as pause } from 'node:timers/promises';
import type { LoadOptions } from '../engine/experiment.ts';
import type { Pod } from '../engine/kube/workloads.ts';
import { LabError } from '../engine/lab-error.ts';
import { type LoaderPod, loaderName, loaderObjects } from './loader-objects.ts';

const runsWithinMs = 90_000;
const lookEveryMs = 200;

/** Creates the Pod that a load is to come from, and waits until it runs. Rejects with a LabError where it does not. */
export async function runLoaderPod({ kube, namespace, signal, say }: NonNullable<LoadOptions['pod']>, loader: LoaderPod): Promise<void> {
  for (const { path, object } of loaderObjects(namespace, loader)) await kube.request('POST', path, object);
  for (const untilMs = performance.now() + runsWithinMs; ; await pause(lookEveryMs, undefined, { signal })) {
    const { status } = await kube.request<Pod>('GET', `/api/v1/namespaces/${namespace}/pods/${loaderName}`);
    const [container] = status?.containerStatuses ?? [];
    if (container?.state?.running) return;
    const waiting = container?.state?.waiting;
    const seen =
      [waiting?.reason, waiting?.message].filter(Boolean).join(': ') ||
      (status?.conditions?.find(({ status: value }) => value === 'False')?.message ?? `phase ${status?.phase}`);
    if (performance.now() > untilMs)
      throw new LabError(`Pod ${loaderName}, which sends the load, does not run after ${runsWithinMs / 1000} s: ${seen}`);
    say(`waiting for Pod ${loaderName}: ${seen}`);
  }
}
