import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Lab } from '../engine/experiment.ts';
import { isNotFound, KubeError } from '../engine/kube/kube-error.ts';
import type { Pod, Terminated } from '../engine/kube/workloads.ts';
import { podsOf } from './pods-of.ts';

const lookEveryMs = 50;
/** Of a process that SIGKILL ended: 128 + 9. */
const killedCode = 137;

export interface ProcessKillOptions {
  id: string;
  /** Service that feels it; its Pods carry the label `app=<service>`, and the chaos port has to be on in them (SHOPLAB_CHAOS=1). */
  service: string;
  chaosPort?: number;
  biteWithinMs?: number;
}

/**
 * Ends the process of one container by SIGKILL, as the kernel does to one without memory: no preStop, no SIGTERM, nothing is flushed. Its
 * kubelet starts the container anew. Reached by the Pod proxy of the API, so it works wherever the chaos port is on.
 */
export function processKill({ id, service, chaosPort = 8099, biteWithinMs = 30_000 }: ProcessKillOptions): Fault {
  return {
    id,
    name: 'process-kill',
    target: `Pod app=${service}`,
    settings: { signal: 'SIGKILL', chaosPort },
    description: `kills the process of the oldest Pod of ${service} by SIGKILL`,
    services: [service],
    async plan(lab) {
      const victim = await reachable(lab, service, chaosPort, biteWithinMs);
      const chosen = victim ? { pod: victim.metadata.name, uid: victim.metadata.uid, restarts: restartsOf(victim) } : { pod: null };
      return { fault: id, operation: 'none', namespace: lab.namespace, arguments: chosen };
    },
    async inject(lab, { arguments: { pod } }) {
      if (pod === null) return;
      await lab.kube.request('POST', `${podPath(lab, String(pod))}:${chaosPort}/proxy/kill`, {});
    },
    async prove(lab, { arguments: { pod, uid, restarts } }) {
      if (pod === null) return { bit: false, message: `there is no Pod of ${service} whose chaos port ${chaosPort} answers` };
      const startedMs = performance.now();
      for (;;) {
        const ended = await endOf(lab, String(pod), String(uid), Number(restarts));
        const waitedS = Math.round((performance.now() - startedMs) / 100) / 10;
        if (ended?.exitCode === killedCode) {
          return { bit: true, message: `after ${waitedS} s the container of Pod ${pod} has ended with exit code ${killedCode} (SIGKILL)` };
        }
        if (ended) return { bit: false, message: `the container of Pod ${pod} ended with exit code ${ended.exitCode}, so not by SIGKILL` };
        if (performance.now() - startedMs > biteWithinMs) return { bit: false, message: `after ${waitedS} s Pod ${pod} still runs` };
        await pause(lookEveryMs, undefined, { signal: lab.signal });
      }
    },
  };
}

/** The oldest Pod, once its chaos port answers; undefined where there is none within the time. */
async function reachable(lab: Lab, service: string, chaosPort: number, withinMs: number): Promise<Pod | undefined> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const [pod] = await podsOf(lab, `app=${service}`);
    if (!pod) return undefined;
    try {
      await lab.kube.request('GET', `${podPath(lab, pod.metadata.name)}:${chaosPort}/proxy/`);
      return pod;
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (performance.now() > untilMs) return undefined;
      lab.say(`waiting for the chaos port of Pod ${pod.metadata.name}: ${error.message}`);
    }
    await pause(lookEveryMs, undefined, { signal: lab.signal });
  }
}

const podPath = (lab: Lab, pod: string): string => `/api/v1/namespaces/${lab.namespace}/pods/${pod}`;

const restartsOf = ({ status }: Pod): number => (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);

/** How a container of the Pod has ended since; undefined: none has. */
async function endOf(lab: Lab, pod: string, uid: string, restarts: number): Promise<Terminated | undefined> {
  try {
    const now = await lab.kube.request<Pod>('GET', podPath(lab, pod));
    if (now.metadata.uid !== uid) return undefined;
    const statuses = now.status?.containerStatuses ?? [];
    const ended = statuses.find(({ state }) => state?.terminated)?.state?.terminated;
    return (
      ended ?? (restartsOf(now) > restarts ? statuses.find(({ lastState }) => lastState?.terminated)?.lastState?.terminated : undefined)
    );
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
