import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Lab } from '../engine/experiment.ts';
import { isNotFound } from '../engine/kube/kube-error.ts';

const lookEveryMs = 100;

export interface ScaleToZeroOptions {
  id: string;
  /** Deployment and Service of that name. */
  deployment: string;
  /** The Service's port. */
  port: number;
  /** How long it may take until nobody answers: preStop and graceful shutdown. */
  biteWithinMs?: number;
}

interface Scale {
  spec: { replicas?: number };
}
interface EndpointSlices {
  items: { endpoints?: { conditions?: { ready?: boolean; serving?: boolean } }[] | null }[];
}

/** Takes all Pods of a Deployment away; its Service refuses connections until it is undone. */
export function scaleToZero({ id, deployment, port, biteWithinMs = 30_000 }: ScaleToZeroOptions): Fault {
  const scalePath = (lab: Lab): string => `/apis/apps/v1/namespaces/${lab.namespace}/deployments/${deployment}/scale`;
  return {
    id,
    name: 'scale-to-zero',
    target: `Deployment ${deployment}`,
    settings: { replicas: 0, port },
    description: `scales Deployment ${deployment} to 0, so that Service ${deployment} has nobody to answer`,
    services: [deployment],
    pods: 'all',
    async plan(lab) {
      const replicas = await lab.kube
        .request<Scale>('GET', scalePath(lab))
        .then(({ spec }) => spec.replicas ?? 0)
        .catch((error) => {
          if (isNotFound(error)) return null;
          throw error;
        });
      return { fault: id, operation: 'scale', namespace: lab.namespace, arguments: { kind: 'Deployment', name: deployment, replicas } };
    },
    async inject(lab, { arguments: { replicas } }) {
      if (!replicas) return;
      await lab.kube.request('PATCH', scalePath(lab), { spec: { replicas: 0 } }, 'application/merge-patch+json');
    },
    async prove(lab, { arguments: { replicas } }) {
      if (replicas === null) return { bit: false, message: `there is no Deployment ${deployment}` };
      if (replicas === 0) return { bit: false, message: `Deployment ${deployment} had 0 replicas already` };
      const startedMs = performance.now();
      for (;;) {
        const answering = await answeringEndpoints(lab, deployment);
        const connection = answering === 0 ? await lab.tryConnection(deployment, port) : 'not tried';
        const waitedS = Math.round((performance.now() - startedMs) / 100) / 10;
        if (connection === 'refused') {
          return { bit: true, message: `after ${waitedS} s Service ${deployment} has no endpoint and port ${port} refuses connections` };
        }
        if (performance.now() - startedMs > biteWithinMs) {
          return {
            bit: false,
            message: `after ${waitedS} s Service ${deployment} has ${answering} endpoints that answer; connection: ${connection}`,
          };
        }
        await pause(lookEveryMs, undefined, { signal: lab.signal });
      }
    },
  };
}

/** Terminating endpoints still count while they serve: kube-proxy uses them where there is no other. */
async function answeringEndpoints(lab: Lab, service: string): Promise<number> {
  const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
  const path = `/apis/discovery.k8s.io/v1/namespaces/${lab.namespace}/endpointslices?labelSelector=${selector}`;
  const { items } = await lab.kube.request<EndpointSlices>('GET', path);
  return items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready || conditions?.serving).length;
}
