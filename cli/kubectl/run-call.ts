import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import type { KubeClients } from '../../experiments/engine/experiment.ts';
import type { Manifest } from '../../experiments/engine/kube/apply-objects.ts';
import { isNotFound } from '../../experiments/engine/kube/kube-error.ts';
import type { Kind, KubectlCall } from './parse-call.ts';
import { computeRolloutStatus, type RolloutSeen } from './rollout-status.ts';
import { undoRollout } from './rollout-undo.ts';

const lookEveryMs = 200;

const roots: Record<Kind, { root: string; plural: string; as: string }> = {
  deployment: { root: '/apis/apps/v1', plural: 'deployments', as: 'deployment.apps' },
  pod: { root: '/api/v1', plural: 'pods', as: 'pod' },
  service: { root: '/api/v1', plural: 'services', as: 'service' },
};

/** Carries out one call, as kubectl would. `print` takes what goes to stdout. */
export async function runKubectl(kube: KubeClients, call: KubectlCall, input: () => string, print: (line: string) => void): Promise<void> {
  const namespace = call.namespace ?? 'default';
  const pathOf = (kind: Kind, name: string): string => `${roots[kind].root}/namespaces/${namespace}/${roots[kind].plural}/${name}`;
  switch (call.verb) {
    case 'get':
      print(JSON.stringify(await get(kube, pathOf(call.kind, call.name), call.requestTimeoutMs), null, 4));
      return;
    case 'raw': {
      const answer = await get(kube, call.path, call.requestTimeoutMs);
      print(typeof answer === 'string' ? answer : JSON.stringify(answer));
      return;
    }
    case 'create': {
      const object = parse(input()) as Manifest;
      const kind = (object.kind ?? '').toLowerCase();
      if (!(kind in roots)) throw new Error(`create of a ${object.kind} is not served`);
      const { root, plural, as } = roots[kind as Kind];
      await kube.request('POST', `${root}/namespaces/${object.metadata.namespace ?? namespace}/${plural}?fieldValidation=Strict`, object);
      print(`${as}/${object.metadata.name} created`);
      return;
    }
    case 'delete':
      try {
        await kube.request('DELETE', pathOf(call.kind, call.name));
        print(`${roots[call.kind].as} "${call.name}" deleted from ${namespace} namespace`);
      } catch (error) {
        if (!(call.ignoreNotFound && isNotFound(error))) throw error;
      }
      return;
    case 'set-image': {
      const containers = Object.entries(call.images).map(([name, image]) => ({ name, image }));
      await kube.request('GET', pathOf('deployment', call.name)).then((seen) => requireContainers(seen, Object.keys(call.images)));
      const patch = { spec: { template: { spec: { containers } } } };
      await kube.request('PATCH', pathOf('deployment', call.name), patch, 'application/strategic-merge-patch+json');
      print(`deployment.apps/${call.name} image updated`);
      return;
    }
    case 'rollout-status':
      await followRollout(kube, pathOf('deployment', call.name), call.timeoutMs, print);
      return;
    case 'rollout-undo':
      print(await undoRollout(kube, namespace, call.name));
  }
}

/** With kubectl's --request-timeout, and its words where that is over. */
async function get(kube: KubeClients, path: string, timeoutMs: number): Promise<unknown> {
  if (timeoutMs === Number.POSITIVE_INFINITY) return kube.request('GET', path);
  const tooLong = AbortSignal.timeout(timeoutMs);
  try {
    return await kube.request('GET', path, undefined, undefined, tooLong);
  } catch (error) {
    if (!tooLong.aborted) throw error;
    throw new Error(`Get ${JSON.stringify(path)}: net/http: request canceled (Client.Timeout exceeded while awaiting headers)`);
  }
}

/** A patch would add a container that is not there. */
function requireContainers(deployment: unknown, names: string[]): void {
  const { containers } = (deployment as { spec: { template: { spec: { containers: { name: string }[] } } } }).spec.template.spec;
  const unknown = names.filter((name) => !containers.some((container) => container.name === name));
  if (unknown.length > 0) throw new Error(`unable to find container named ${unknown.map((name) => `"${name}"`).join(', ')}`);
}

async function followRollout(kube: KubeClients, path: string, timeoutMs: number, print: (line: string) => void): Promise<void> {
  const untilMs = performance.now() + timeoutMs;
  let said = '';
  for (;;) {
    const { value, message } = computeRolloutStatus(await kube.request<RolloutSeen>('GET', path));
    if (message !== said) print(message);
    said = message;
    if (value) return;
    if (performance.now() > untilMs) throw new Error('timed out waiting for the condition');
    await pause(lookEveryMs);
  }
}
