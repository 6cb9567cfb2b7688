import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Lab } from '../engine/experiment.ts';
import { isNotFound } from '../engine/kube/kube-error.ts';
import { podPath } from '../engine/kube/pod-path.ts';
import type { Pod } from '../engine/kube/workloads.ts';
import { podsOf, victimsOf } from './pods-of.ts';

const lookEveryMs = 100;

export interface PodDeleteOptions {
  id: string;
  /** Service that feels it. */
  service: string;
  /** The oldest of the Pods with this label is deleted; `app=<service>` if absent. Those of any other have to be behind the Service. */
  labelSelector?: string;
  /**
   * Absent: the Pod's own. 0: the object goes at once, but a kubelet still sends SIGTERM and gives the containers 2 s (kuberuntime,
   * minimumGracePeriodInSeconds); for a death without warning see `process-kill`.
   */
  gracePeriodSeconds?: number;
  biteWithinMs?: number;
}

/** Deletes one Pod; whoever owns it makes another. */
export function podDelete({
  id,
  service,
  labelSelector = `app=${service}`,
  gracePeriodSeconds,
  biteWithinMs = 60_000,
}: PodDeleteOptions): Fault {
  return {
    id,
    name: 'pod-delete',
    target: `Pod ${labelSelector}`,
    settings: { labelSelector, ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }) },
    description: `deletes the oldest Pod with ${labelSelector}${gracePeriodSeconds === undefined ? '' : ` with ${gracePeriodSeconds} s of grace`}`,
    services: [service],
    pods: 1,
    async plan(lab) {
      const pods = await victimsOf(lab, service, labelSelector);
      const [victim] = pods;
      const there = pods.map(({ metadata }) => metadata.uid);
      const chosen = victim ? { pod: victim.metadata.name, uid: victim.metadata.uid } : { pod: null, uid: null };
      return { fault: id, operation: 'none', namespace: lab.namespace, arguments: { ...chosen, there } };
    },
    async inject(lab, { arguments: { pod, uid } }) {
      if (pod === null) return;
      const options = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid },
        ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
      };
      await lab.kube.request('DELETE', podPath(lab, String(pod)), options);
    },
    async prove(lab, { arguments: { pod, uid, there } }) {
      if (pod === null) return { bit: false, message: `there is no Pod with ${labelSelector}` };
      const startedMs = performance.now();
      for (;;) {
        const gone = await isGone(lab, String(pod), String(uid));
        const another = (await podsOf(lab, labelSelector)).find(({ metadata }) => !(there as string[]).includes(metadata.uid));
        const waitedS = Math.round((performance.now() - startedMs) / 100) / 10;
        if (gone && another)
          return { bit: true, message: `after ${waitedS} s Pod ${pod} is gone and ${another.metadata.name} took its place` };
        if (performance.now() - startedMs > biteWithinMs) {
          return { bit: false, message: `after ${waitedS} s Pod ${pod} is ${gone ? 'gone but no other came' : 'still there'}` };
        }
        await pause(lookEveryMs, undefined, { signal: lab.signal });
      }
    },
  };
}

/** A StatefulSet's Pod comes back under its name with another uid. */
async function isGone(lab: Lab, pod: string, uid: string): Promise<boolean> {
  try {
    return (await lab.kube.request<Pod>('GET', podPath(lab, pod))).metadata.uid !== uid;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}
