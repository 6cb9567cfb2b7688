import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../engine/experiment.ts';
import { usualChaosPort } from '../engine/kube/guard-chaos-port.ts';
import { KubeError } from '../engine/kube/kube-error.ts';
import { podProxyPath } from '../engine/kube/pod-path.ts';
import { findVictim } from './chaos-port.ts';

const lookEveryMs = 50;

export interface HealthFailureOptions {
  id: string;
  /** Service that feels it; its Pods carry the label `app=<service>`, and the chaos port has to be on in them (SHOPLAB_CHAOS=1). */
  service: string;
  /** Port of the container that answers its health. */
  port: number;
  /** What the health paths answer; one that is left out goes on telling the truth. */
  live?: number;
  ready?: number;
  /** Where the answer is looked at; by default the liveness path if `live` is set, else the readiness path. */
  path?: string;
  chaosPort?: number;
  biteWithinMs?: number;
}

/** Has the oldest Pod of a service answer its health checks with other statuses, while it goes on serving. The undo takes that back. */
export function healthFailure({
  id,
  service,
  port,
  live,
  ready,
  path = live === undefined ? '/health/ready' : '/health/live',
  chaosPort = usualChaosPort,
  biteWithinMs = 30_000,
}: HealthFailureOptions): Fault {
  const statuses = { ...(live !== undefined && { live }), ...(ready !== undefined && { ready }) };
  return {
    id,
    name: 'health-failure',
    target: `Pod app=${service}`,
    settings: { port, path, chaosPort, ...statuses },
    description: `has the oldest Pod of ${service} answer ${Object.entries(statuses)
      .map(([name, status]) => `${status} to /health/${name}`)
      .join(' and ')}`,
    services: [service],
    pods: 1,
    async plan(lab) {
      const victim = await findVictim(lab, service, chaosPort, biteWithinMs);
      const base = { fault: id, namespace: lab.namespace };
      return victim
        ? { ...base, operation: 'calm-chaos', arguments: { ...victim, chaosPort } }
        : { ...base, operation: 'none', arguments: { pod: null } };
    },
    async inject(lab, { arguments: { pod } }) {
      if (pod === null) return;
      await lab.kube.request('POST', podProxyPath(lab, String(pod), chaosPort, '/health'), statuses);
    },
    async prove(lab, { arguments: { pod } }) {
      if (pod === null) return { bit: false, message: `there is no Pod of ${service} whose chaos port ${chaosPort} answers` };
      const at = lab.now();
      const wanted = live ?? ready;
      const startedMs = performance.now();
      for (;;) {
        const status = await lab.kube
          .request('GET', podProxyPath(lab, String(pod), port, path), undefined, undefined, lab.signal)
          .then(() => 200)
          .catch((error) => {
            if (error instanceof KubeError) return error.code;
            throw error;
          });
        if (status === wanted) return { bit: true, at, message: `Pod ${pod} answers GET ${path} with ${status}` };
        if (performance.now() - startedMs > biteWithinMs) return { bit: false, message: `Pod ${pod} answers GET ${path} with ${status}` };
        await pause(lookEveryMs, undefined, { signal: lab.signal });
      }
    },
  };
}
