import type { V1Pod } from '@kubernetes/client-node';
import type { Fault, Lab } from '../engine/experiment.ts';
import { waitFor } from './wait-for.ts';

export interface ContainerKillOptions {
  id?: string;
  /** Label selector, for example `app=delivery`; one running Pod that matches is taken. */
  selector: string;
  container: string;
  /** Services that the Pod belongs to. */
  services: string[];
  /** Of the shop's chaos port; there only where the manifest sets SHOPLAB_CHAOS=1. */
  chaosPort?: number;
}

const proofMs = 30_000;
const restartsOf = (pod: V1Pod | undefined, container: string): number =>
  pod?.status?.containerStatuses?.find(({ name }) => name === container)?.restartCount ?? 0;

/**
 * Ends a container's process by SIGKILL, without a goodbye, as the kernel does when memory is short. (Deleting a Pod is no such thing, also not
 * with a grace period of 0: the kubelet sends SIGTERM first.) The kubelet starts the container anew, so there is nothing to undo. It has bitten
 * when the container has been restarted after an end that was not orderly.
 */
export function containerKill({ id = 'container-kill', selector, container, services, chaosPort = 8099 }: ContainerKillOptions): Fault {
  const podsOf = async (lab: Lab): Promise<V1Pod[]> => {
    const path = `/api/v1/namespaces/${lab.namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
    return (await lab.kube.request<{ items: V1Pod[] }>('GET', path)).items;
  };
  return {
    id,
    name: 'container-kill',
    target: `container ${container} of ${selector}`,
    settings: { selector, container, chaosPort },
    description: `end container ${container} of one Pod of ${selector} by SIGKILL`,
    services,
    async plan(lab) {
      const victim = (await podsOf(lab)).find(({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase === 'Running');
      return {
        fault: 'container-kill',
        operation: 'none',
        namespace: lab.namespace,
        arguments: { pod: victim?.metadata?.name ?? null, uid: victim?.metadata?.uid ?? null, restarts: restartsOf(victim, container) },
      };
    },
    async inject(lab, { arguments: { pod } }) {
      if (pod === null) return;
      await lab.kube.request('POST', `/api/v1/namespaces/${lab.namespace}/pods/${pod}:${chaosPort}/proxy/kill`, {});
    },
    async prove(lab, { arguments: { pod, uid, restarts } }) {
      if (pod === null) return { bit: false, message: `no running Pod matches ${selector}` };
      let seen = `container ${container} of Pod ${pod} still runs`;
      const at = await waitFor(
        async () => {
          const now = (await podsOf(lab)).find(({ metadata }) => metadata?.uid === uid);
          if (restartsOf(now, container) <= Number(restarts)) return undefined;
          const ended = now?.status?.containerStatuses?.find(({ name }) => name === container)?.lastState?.terminated;
          if (!ended || ended.exitCode === 0) return undefined;
          seen = `container ${container} of Pod ${pod} ended with exit code ${ended.exitCode} and was started anew`;
          return new Date().toISOString();
        },
        proofMs,
        50,
        lab.signal,
      );
      return { bit: at !== undefined, ...(at && { at }), message: at ? seen : `${seen}, after ${proofMs / 1000} s` };
    },
  };
}
