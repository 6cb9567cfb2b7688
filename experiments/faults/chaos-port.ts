import { setTimeout as pause } from 'node:timers/promises';
import type { Lab } from '../engine/experiment.ts';
import { KubeError } from '../engine/kube/kube-error.ts';
import { podProxyPath } from '../engine/kube/pod-path.ts';
import type { Pod } from '../engine/kube/workloads.ts';
import { podsOf } from './pods-of.ts';

const lookEveryMs = 50;

/** How often the containers of a Pod have been restarted, all together. */
export const restartsOf = ({ status }: Pod): number =>
  (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);

/** What a fault notes of the Pod that it chose; the undo compares it with what is there then. */
export interface Victim {
  pod: string;
  uid: string;
  restarts: number;
}

/** The oldest Pod of a service whose chaos port answers within the time; undefined where there is none. Its Pods carry `app=<service>`. */
export async function findVictim(lab: Lab, service: string, chaosPort: number, withinMs: number): Promise<Victim | undefined> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const [pod] = await podsOf(lab, `app=${service}`);
    if (!pod) return undefined;
    const { name, uid } = pod.metadata;
    try {
      await lab.kube.request('GET', podProxyPath(lab, name, chaosPort, '/'));
      return { pod: name, uid, restarts: restartsOf(pod) };
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (performance.now() > untilMs) return undefined;
      lab.say(`waiting for the chaos port of Pod ${name}: ${error.message}`);
    }
    await pause(lookEveryMs, undefined, { signal: lab.signal });
  }
}
