import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Lab } from '../engine/experiment.ts';
import { decideRolloutStatus, type RollingDeployment } from '../engine/kube/rollout-status.ts';
import type { Pod } from '../engine/kube/workloads.ts';
import { podsOf } from './pods-of.ts';

const lookEveryMs = 100;
const hashLabel = 'pod-template-hash';

export interface RolloutOptions {
  id: string;
  /** Deployment and Service of that name; its Pods carry the label `app=<deployment>`. */
  deployment: string;
  /** The container that is changed; the Deployment's name if absent. */
  container?: string;
  /** What the new version differs by: an image, variables of the container, annotations of the Pod template. At least one. */
  image?: string;
  env?: Record<string, string>;
  annotations?: Record<string, string>;
  /** How long it may take until the first new Pod is there. */
  biteWithinMs?: number;
}

interface Template {
  metadata?: { annotations?: Record<string, string> };
}

/**
 * Rolls a new version of a Deployment out, as `kubectl set image` or `kubectl set env` do, by its own strategy. Bitten when the first Pod of the
 * new version is there; `untilRolledOut` waits for the rest. The undo is the former template, which is rolled out in turn.
 */
export function rollout({
  id,
  deployment,
  container = deployment,
  image,
  env = {},
  annotations = {},
  biteWithinMs = 30_000,
}: RolloutOptions): Fault {
  const changes = { ...(image !== undefined && { image }), ...env, ...annotations };
  return {
    id,
    name: 'rollout',
    target: `Deployment ${deployment}`,
    settings: { container, ...(image !== undefined && { image }), env, annotations },
    description: `rolls out a version of ${deployment} with ${Object.entries(changes)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
    services: [deployment],
    pods: 'all',
    async plan(lab) {
      const { spec } = await lab.kube.request<RollingDeployment & { spec: { template: Template } }>('GET', deploymentPath(lab, deployment));
      const former = [...new Set((await podsOf(lab, `app=${deployment}`)).map(hashOf))];
      return {
        fault: id,
        operation: 'restore-template',
        namespace: lab.namespace,
        arguments: { name: deployment, template: spec.template, former },
      };
    },
    async inject(lab) {
      const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
      const changed = { name: container, ...(image !== undefined && { image }), ...(variables.length > 0 && { env: variables }) };
      const template = {
        ...(Object.keys(annotations).length > 0 && { metadata: { annotations } }),
        spec: { containers: [changed] },
      };
      await lab.kube.request('PATCH', deploymentPath(lab, deployment), { spec: { template } }, 'application/strategic-merge-patch+json');
    },
    async prove(lab, { arguments: { former } }) {
      const startedMs = performance.now();
      for (;;) {
        const young = (await podsOf(lab, `app=${deployment}`)).find((pod) => !(former as string[]).includes(hashOf(pod)));
        const waitedS = Math.round((performance.now() - startedMs) / 100) / 10;
        if (young) return { bit: true, message: `after ${waitedS} s the first Pod of the new version is there: ${young.metadata.name}` };
        if (performance.now() - startedMs > biteWithinMs)
          return { bit: false, message: `after ${waitedS} s Deployment ${deployment} has no Pod of another version` };
        await pause(lookEveryMs, undefined, { signal: lab.signal });
      }
    },
  };
}

/**
 * Whether a rollout is over: as `kubectl rollout status` has it, and the last old Pod is gone too, which kubectl does not wait for. One that
 * exceeded its progress deadline is not.
 */
export async function untilRolledOut(lab: Lab, deployment: string): Promise<{ done: boolean; observed: string }> {
  const status = decideRolloutStatus(await lab.kube.request<RollingDeployment>('GET', deploymentPath(lab, deployment)));
  if ('error' in status) return { done: false, observed: status.error };
  if (!status.done) return { done: false, observed: status.message.trim() };
  const path = `/api/v1/namespaces/${lab.namespace}/pods?labelSelector=${encodeURIComponent(`app=${deployment}`)}`;
  const { items } = await lab.kube.request<{ items: Pod[] }>('GET', path);
  const leaving = items.filter(({ metadata }) => metadata.deletionTimestamp).length;
  return leaving > 0
    ? { done: false, observed: `${leaving} old Pods are still shutting down` }
    : { done: true, observed: `${status.message.trim()}, and the last old Pod is gone` };
}

const deploymentPath = (lab: Lab, name: string): string => `/apis/apps/v1/namespaces/${lab.namespace}/deployments/${name}`;
const hashOf = ({ metadata }: Pod): string => metadata.labels?.[hashLabel] ?? '';
