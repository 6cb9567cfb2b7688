import type { KubeClients, UndoEntry } from '../experiment.ts';
import { isNotFound } from '../kube/kube-error.ts';
import { deleteNamespace } from '../kube/namespace.ts';
import type { Operation } from './operation.ts';
import { calmChaos, replacePod } from './pod-operations.ts';
import { removeToxicProxy } from './remove-toxic-proxy.ts';
import { restoreTemplate } from './restore-template.ts';

/** Everything that an undo can be, by the name in the log. Doing it twice is doing it once; each answers what was done, in a sentence. */
const operations: Record<string, Operation> = {
  /** Sets a Deployment's or StatefulSet's replicas: {kind, name, replicas}. */
  scale: async (kube, { namespace, arguments: { kind, name, replicas } }) => {
    const plural = kind === 'StatefulSet' ? 'statefulsets' : 'deployments';
    const path = `/apis/apps/v1/namespaces/${namespace}/${plural}/${name}/scale`;
    try {
      await kube.request('PATCH', path, { spec: { replicas } }, 'application/merge-patch+json');
    } catch (error) {
      if (isNotFound(error)) return `${kind} ${name} in ${namespace} is gone`;
      throw error;
    }
    return `scaled ${kind} ${name} in ${namespace} back to ${replicas}`;
  },
  /** Deletes a Pod that is still as it was: {pod, uid, restarts}. */
  'replace-pod': replacePod,
  /** Takes back what a Pod's chaos port was told, where it is still the same container: {pod, uid, restarts, chaosPort}. */
  'calm-chaos': calmChaos,
  /** Gives a Deployment its former Pod template: {name, template}. */
  'restore-template': restoreTemplate,
  /** Takes a toxic proxy from in front of a Service: {service, selector, upstream, pod, apiPort}. */
  'remove-toxic-proxy': removeToxicProxy,
  /** Sets the image of a Deployment's container: {name, container, image}. */
  'set-image': async (kube, { namespace, arguments: { name, container, image } }) => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
    const patch = { spec: { template: { spec: { containers: [{ name: container, image }] } } } };
    try {
      await kube.request('PATCH', path, patch, 'application/strategic-merge-patch+json');
    } catch (error) {
      if (isNotFound(error)) return `Deployment ${name} in ${namespace} is gone`;
      throw error;
    }
    return `Deployment ${name} in ${namespace} has image ${image} again`;
  },
  /** Removes the namespace of a variant with all that is in it. */
  'delete-namespace': (kube, { namespace }, signal) => deleteNamespace(kube, namespace, signal),
  /** Nothing: what was broken mends itself. */
  none: async (_kube, { fault }) => `${fault} needs no undo`,
};

/** Undoes one entry. Rejects where it cannot be done, or where this version does not know how. */
export async function performUndo(kube: KubeClients, entry: UndoEntry, signal: AbortSignal): Promise<string> {
  const operation = operations[entry.operation];
  if (!operation) throw new Error(`this version of shoplab does not know the undo '${entry.operation}' of ${entry.fault}`);
  return operation(kube, entry, signal);
}
