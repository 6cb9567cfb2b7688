import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Lab } from '../engine/experiment.ts';
import { isNotFound, KubeError } from '../engine/kube/kube-error.ts';
import type { ContainerStatus, Pod } from '../engine/kube/workloads.ts';
import { victimsOf } from './pods-of.ts';

const lookEveryMs = 50;

export interface ContainerKillOptions {
  id: string;
  /** Service that feels it. */
  service: string;
  /** The oldest of the Pods with this label; `app=<service>` if absent. Those of any other have to be behind the Service. */
  labelSelector?: string;
  /** Absent: the Pod's first. */
  container?: string;
  /** To the container's main process. The kernel keeps SIGKILL from process 1 of a namespace, so only what the process may catch works everywhere. */
  signal?: 'TERM' | 'INT' | 'HUP';
  biteWithinMs?: number;
}

/**
 * Ends the main process of one container from inside, by exec; its image needs a `/bin/sh`. The Pod stays, with its address and its emptyDir
 * volumes, and the kubelet starts the container anew: a restart, where `pod-delete` is a replacement.
 */
export function containerKill({
  id,
  service,
  labelSelector = `app=${service}`,
  container,
  signal = 'TERM',
  biteWithinMs = 60_000,
}: ContainerKillOptions): Fault {
  return {
    id,
    name: 'container-kill',
    target: `Pod ${labelSelector}`,
    settings: { labelSelector, ...(container && { container }), signal: `SIG${signal}` },
    description: `sends SIG${signal} to the main process of the oldest Pod with ${labelSelector}`,
    services: [service],
    pods: 1,
    async plan(lab) {
      const [victim] = await victimsOf(lab, service, labelSelector);
      const status = victim && statusOf(victim, container);
      const chosen = victim
        ? { pod: victim.metadata.name, container: status?.name ?? container, restarts: status?.restartCount ?? 0 }
        : { pod: null };
      return { fault: id, operation: 'none', namespace: lab.namespace, arguments: chosen };
    },
    async inject(lab, { arguments: { pod, container: name } }) {
      if (pod === null) return;
      // Where a container is a process of the machine, it is not number 1.
      const command = ['/bin/sh', '-c', `kill -s ${signal} "\${SHOPLAB_MAIN_PID:-1}"`];
      const { exitCode, stderr } = await lab.kube.exec(lab.namespace, String(pod), String(name), command);
      if (exitCode) throw new Error(`kill in container ${name} of Pod ${pod} ended with ${exitCode}: ${stderr.trim()}`);
    },
    async prove(lab, { arguments: { pod, container: name, restarts } }) {
      if (pod === null) return { bit: false, message: `there is no Pod with ${labelSelector}` };
      const startedMs = performance.now();
      for (;;) {
        const now = await look(lab, String(pod), String(name));
        const waitedS = Math.round((performance.now() - startedMs) / 100) / 10;
        if (now && now.restartCount > Number(restarts)) {
          const code = now.lastState?.terminated?.exitCode;
          return {
            bit: true,
            message: `after ${waitedS} s container ${name} of Pod ${pod} has ended (exit code ${code}) and was started anew`,
          };
        }
        if (performance.now() - startedMs > biteWithinMs)
          return { bit: false, message: `after ${waitedS} s container ${name} of Pod ${pod} has not been restarted` };
        await pause(lookEveryMs, undefined, { signal: lab.signal });
      }
    },
  };
}

const statusOf = ({ status }: Pod, container: string | undefined): ContainerStatus | undefined =>
  status?.containerStatuses?.find(({ name }) => container === undefined || name === container);

async function look(lab: Lab, pod: string, container: string): Promise<ContainerStatus | undefined> {
  try {
    return statusOf(await lab.kube.request<Pod>('GET', `/api/v1/namespaces/${lab.namespace}/pods/${pod}`), container);
  } catch (error) {
    if (isNotFound(error) || (error instanceof KubeError && error.code >= 500)) return undefined;
    throw error;
  }
}
