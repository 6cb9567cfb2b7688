import { connect } from 'node:net';
import type { V1Deployment, V1EndpointSlice } from '@kubernetes/client-node';
import type { Fault, Lab } from '../engine/experiment.ts';
import { waitFor } from './wait-for.ts';

export interface ScaleToZeroOptions {
  /** Of the fault, where an experiment has several. */
  id?: string;
  deployment: string;
  /** The Service that loses its endpoints, and its port. */
  service: string;
  port: number;
}

const proofMs = 10_000;

/** Takes every Pod of a Deployment away; the undo gives it its replicas back. It has bitten when the Service has no endpoint and refuses. */
export function scaleToZero({ id = 'scale-to-zero', deployment, service, port }: ScaleToZeroOptions): Fault {
  const path = (lab: Lab): string => `/apis/apps/v1/namespaces/${lab.namespace}/deployments/${deployment}`;
  return {
    id,
    name: 'scale-to-zero',
    target: `Deployment ${deployment}`,
    settings: { deployment, service, port },
    description: `scale Deployment ${deployment} to 0 replicas; Service ${service} then has no endpoint`,
    services: [service],
    async plan(lab) {
      const { spec } = await lab.kube.request<V1Deployment>('GET', path(lab));
      return {
        fault: 'scale-to-zero',
        operation: 'scale',
        namespace: lab.namespace,
        arguments: { path: path(lab), replicas: spec?.replicas ?? 1 },
      };
    },
    async inject(lab) {
      await lab.kube.request('PATCH', `${path(lab)}/scale`, { spec: { replicas: 0 } }, 'application/merge-patch+json');
    },
    async prove(lab, { arguments: { replicas } }) {
      if (replicas === 0) return { bit: false, message: `Deployment ${deployment} had no replicas to take away` };
      let seen = 'nothing was seen yet';
      const at = await waitFor(
        async () => {
          const ready = await readyEndpoints(lab, service);
          const refused = ready === 0 ? await connectionError(lab, service, port) : undefined;
          seen = `Service ${service} has ${ready} ready endpoints${ready === 0 ? `, a connection to it ${refused ? `fails (${refused})` : 'is accepted'}` : ''}`;
          return refused ? new Date().toISOString() : undefined;
        },
        proofMs,
        50,
        lab.signal,
      );
      return { bit: at !== undefined, ...(at && { at }), message: at ? seen : `${seen}, after ${proofMs / 1000} s` };
    },
  };
}

/** Endpoints of a Service that new connections go to. */
export async function readyEndpoints(lab: Lab, service: string): Promise<number> {
  const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
  const { items } = await lab.kube.request<{ items: V1EndpointSlice[] }>(
    'GET',
    `/apis/discovery.k8s.io/v1/namespaces/${lab.namespace}/endpointslices?labelSelector=${selector}`,
  );
  return items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).length;
}

/** Why a connection to a Service fails; undefined where it is accepted. */
async function connectionError(lab: Lab, service: string, port: number): Promise<string | undefined> {
  const address = await lab.address(service, port);
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: 2000 });
    const end = (answer: string | undefined): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => end(undefined));
    socket.on('timeout', () => end('no answer within 2 s'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
