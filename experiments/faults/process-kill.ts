import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Lab } from '../engine/experiment.ts';
import { usualChaosPort } from '../engine/kube/guard-chaos-port.ts';
import { isNotFound } from '../engine/kube/kube-error.ts';
import { podPath, podProxyPath } from '../engine/kube/pod-path.ts';
import type { Pod, Terminated } from '../engine/kube/workloads.ts';
import { findVictim, restartsOf } from './chaos-port.ts';

const lookEveryMs = 50;
/** Of a process that SIGKILL ended: 128 + 9. */
/**
 * Exit codes of a death that no program can do anything about. The kernel does not let process 1 of a container kill itself by SIGKILL; what it
 * does then is as sudden (abort, which comes out as SIGABRT, or as SIGSEGV where that is kept from it).
 */
const sudden: Record<number, string> = { 137: 'SIGKILL', 134: 'SIGABRT', 139: 'SIGSEGV' };

export interface ProcessKillOptions {
  id: string;
  /** Service that feels it; its Pods carry the label `app=<service>`, and the chaos port has to be on in them (SHOPLAB_CHAOS=1). */
  service: string;
  chaosPort?: number;
  biteWithinMs?: number;
}

/**
 * Ends the process of one container by SIGKILL or as suddenly, as the kernel does to one without memory: no preStop, no SIGTERM, nothing is
 * flushed. Its kubelet starts the container anew. Reached by the Pod proxy of the API, so it works wherever the chaos port is on.
 */
export function processKill({ id, service, chaosPort = usualChaosPort, biteWithinMs = 30_000 }: ProcessKillOptions): Fault {
  return {
    id,
    name: 'process-kill',
    target: `Pod app=${service}`,
    settings: { signal: 'SIGKILL', chaosPort },
    description: `kills the process of the oldest Pod of ${service} by SIGKILL`,
    services: [service],
    pods: 1,
    async plan(lab) {
      const victim = await findVictim(lab, service, chaosPort, biteWithinMs);
      return { fault: id, operation: 'none', namespace: lab.namespace, arguments: { ...(victim ?? { pod: null }) } };
    },
    async inject(lab, { arguments: { pod } }) {
      if (pod === null) return;
      await lab.kube.request('POST', podProxyPath(lab, String(pod), chaosPort, '/kill'), {});
    },
    async prove(lab, { arguments: { pod, uid, restarts } }) {
      if (pod === null) return { bit: false, message: `there is no Pod of ${service} whose chaos port ${chaosPort} answers` };
      const startedMs = performance.now();
      for (;;) {
        const ended = await endOf(lab, String(pod), String(uid), Number(restarts));
        const waitedS = Math.round((performance.now() - startedMs) / 100) / 10;
        const signal = ended && sudden[ended.exitCode];
        if (signal) {
          return {
            bit: true,
            message: `after ${waitedS} s the container of Pod ${pod} has ended with exit code ${ended.exitCode} (${signal})`,
          };
        }
        if (ended)
          return { bit: false, message: `the container of Pod ${pod} ended with exit code ${ended.exitCode}, so not all of a sudden` };
        if (performance.now() - startedMs > biteWithinMs) return { bit: false, message: `after ${waitedS} s Pod ${pod} still runs` };
        await pause(lookEveryMs, undefined, { signal: lab.signal });
      }
    },
  };
}

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
