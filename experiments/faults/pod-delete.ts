import type { V1Pod } from '@kubernetes/client-node';
import type { Fault, Lab } from '../engine/experiment.ts';
import { waitFor } from './wait-for.ts';

export interface PodDeleteOptions {
  id?: string;
  /** Label selector, for example `app=delivery`; one Pod that matches is taken. */
  selector: string;
  /** Services that the Pod belongs to. */
  services: string[];
  /** 0: killed at once (SIGKILL), without a goodbye; absent: the Pod's own grace period. */
  gracePeriodSeconds?: number;
}

const proofMs = 30_000;

/** Deletes one Pod. Its controller makes another, so there is nothing to undo. It has bitten when that Pod is gone and another has come. */
export function podDelete({ id = 'pod-delete', selector, services, gracePeriodSeconds }: PodDeleteOptions): Fault {
  const podsOf = async (lab: Lab): Promise<V1Pod[]> => {
    const path = `/api/v1/namespaces/${lab.namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
    const { items } = await lab.kube.request<{ items: V1Pod[] }>('GET', path);
    return items;
  };
  const living = (pod: V1Pod): boolean => pod.metadata?.deletionTimestamp === undefined && pod.status?.phase === 'Running';
  return {
    id,
    name: 'pod-delete',
    target: `Pod ${selector}`,
    settings: { selector, gracePeriodSeconds: gracePeriodSeconds ?? null },
    description: `delete one Pod of ${selector}${gracePeriodSeconds === 0 ? ' at once, by SIGKILL' : ''}`,
    services,
    async plan(lab) {
      const pods = (await podsOf(lab)).filter(living);
      const victim = pods[0];
      return {
        fault: 'pod-delete',
        operation: 'none',
        namespace: lab.namespace,
        arguments: {
          pod: victim?.metadata?.name ?? null,
          uid: victim?.metadata?.uid ?? null,
          before: pods.map(({ metadata }) => metadata?.uid),
        },
      };
    },
    async inject(lab, { arguments: { pod, uid } }) {
      if (pod === null) return;
      await lab.kube.request('DELETE', `/api/v1/namespaces/${lab.namespace}/pods/${pod}`, {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid },
        ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
      });
    },
    async prove(lab, { arguments: { pod, uid, before } }) {
      if (pod === null) return { bit: false, message: `no running Pod matches ${selector}` };
      let seen = `Pod ${pod} is still there`;
      const at = await waitFor(
        async () => {
          const pods = await podsOf(lab);
          if (pods.some(({ metadata }) => metadata?.uid === uid)) return undefined;
          const next = pods.find(({ metadata }) => !(before as string[]).includes(metadata?.uid ?? ''));
          seen = `Pod ${pod} is gone${next ? `, ${next.metadata?.name} has come` : ', and no other has come'}`;
          return next ? new Date().toISOString() : undefined;
        },
        proofMs,
        50,
        lab.signal,
      );
      return { bit: at !== undefined, ...(at && { at }), message: at ? seen : `${seen}, after ${proofMs / 1000} s` };
    },
  };
}
