import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../engine/experiment.ts';
import { isPodReady } from '../engine/kube/workloads.ts';
import { podsOf } from './pods-of.ts';

const lookEveryMs = 100;

export interface ScaleOutOptions {
  id: string;
  /** Deployment and Service of that name; its Pods carry the label `app=<deployment>`. */
  deployment: string;
  replicas: number;
  readyWithinMs?: number;
}

/** Adds Pods to a Deployment in the middle of what is going on: consumers of a group are rebalanced, connections spread. */
export function scaleOut({ id, deployment, replicas, readyWithinMs = 60_000 }: ScaleOutOptions): Fault {
  return {
    id,
    name: 'scale-out',
    target: `Deployment ${deployment}`,
    settings: { replicas },
    description: `scales Deployment ${deployment} to ${replicas}`,
    services: [deployment],
    pods: 0,
    async plan(lab) {
      const path = `/apis/apps/v1/namespaces/${lab.namespace}/deployments/${deployment}/scale`;
      const { spec } = await lab.kube.request<{ spec: { replicas?: number } }>('GET', path);
      const before = { kind: 'Deployment', name: deployment, replicas: spec.replicas ?? 0 };
      return { fault: id, operation: 'scale', namespace: lab.namespace, arguments: before };
    },
    async inject(lab) {
      const path = `/apis/apps/v1/namespaces/${lab.namespace}/deployments/${deployment}/scale`;
      await lab.kube.request('PATCH', path, { spec: { replicas } }, 'application/merge-patch+json');
    },
    async prove(lab, { arguments: { replicas: before } }) {
      if (Number(before) >= replicas) return { bit: false, message: `Deployment ${deployment} had ${before} replicas already` };
      const startedMs = performance.now();
      for (;;) {
        const ready = (await podsOf(lab, `app=${deployment}`)).filter(isPodReady).length;
        const waitedS = Math.round((performance.now() - startedMs) / 100) / 10;
        if (ready >= replicas) return { bit: true, message: `after ${waitedS} s ${ready} Pods of ${deployment} are Ready` };
        if (performance.now() - startedMs > readyWithinMs)
          return { bit: false, message: `after ${waitedS} s only ${ready} of ${replicas} Pods of ${deployment} are Ready` };
        await pause(lookEveryMs, undefined, { signal: lab.signal });
      }
    },
  };
}
