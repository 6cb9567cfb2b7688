import { setTimeout as pause } from 'node:timers/promises';
import type { KubeClients } from '../experiment.ts';
import { ownerAnnotation, ownerProcess } from '../owner-process.ts';
import { isNotFound } from './kube-error.ts';

/** Label on the namespaces of runs. */
export const runLabel = 'shoplab.dev/run';
const pollMs = 100;

/** Makes the namespace of a variant, marked with its run and with the process that it is for. `labels`: more of them. Answers its uid. */
export async function createNamespace(kube: KubeClients, name: string, run: string, labels: Record<string, string> = {}): Promise<string> {
  const owner = ownerProcess();
  const { metadata } = await kube.request<{ metadata: { uid: string } }>('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...labels, [runLabel]: run }, ...(owner && { annotations: { [ownerAnnotation]: owner } }) },
  });
  return metadata.uid;
}

/**
 * Deletes a namespace with all that is in it and waits until it is gone. Nothing in it is of use any more, so its Pods get no grace: their node
 * ends them by itself, within the two seconds that it gives at least.
 */
export async function deleteNamespace(kube: KubeClients, name: string, signal: AbortSignal): Promise<string> {
  const path = `/api/v1/namespaces/${name}`;
  const options = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
  for (let seen = 'it is terminating', isAsked = false; ; await pause(pollMs)) {
    if (signal.aborted) throw new Error(`namespace ${name} is not gone after the time that it was given: ${seen}`);
    try {
      if (!isAsked) {
        await kube.request('DELETE', path);
        await kube.request('DELETE', `${path}/pods`, options);
        isAsked = true;
      }
      const { status } = await kube.request<{ status?: { phase?: string; conditions?: { message?: string }[] } }>('GET', path);
      seen = status?.conditions?.map(({ message }) => message).find((message) => message) ?? `phase ${status?.phase}`;
    } catch (error) {
      if (isNotFound(error)) return `namespace ${name} is gone`;
      // An API server that cannot answer now may do so in a moment: what was made has to go all the same.
      seen = (error as Error).message;
    }
  }
}
