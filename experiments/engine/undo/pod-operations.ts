import { setTimeout as pause } from 'node:timers/promises';
import type { KubeClients, UndoEntry } from '../experiment.ts';
import { isNotFound, KubeError } from '../kube/kube-error.ts';
import type { Pod } from '../kube/workloads.ts';
import type { Operation } from './operation.ts';

const lookEveryMs = 100;

const pathOf = ({ namespace, arguments: { pod } }: UndoEntry): string => `/api/v1/namespaces/${namespace}/pods/${pod}`;

/** Deletes the Pod without grace, so that its owner makes another; nothing, where it is gone or its container was restarted. */
export const replacePod: Operation = async (kube, entry) => {
  const { pod, uid } = entry.arguments;
  const changed = await whatChanged(kube, entry);
  if (changed) return changed;
  const options = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } };
  try {
    await kube.request('DELETE', pathOf(entry), options);
  } catch (error) {
    // A conflict: another Pod of that name has taken its place.
    if (!isNotFound(error) && !(error instanceof KubeError && error.code === 409)) throw error;
  }
  return `deleted Pod ${pod} in ${entry.namespace}, which does not come back by itself`;
};

/** Has the chaos port forget what it was told. Tried until the signal aborts: a container that just ends answers no more. */
export const calmChaos: Operation = async (kube, entry, signal) => {
  const { pod, chaosPort } = entry.arguments;
  for (;;) {
    const changed = await whatChanged(kube, entry);
    if (changed) return changed;
    try {
      await kube.request('DELETE', `${pathOf(entry)}:${chaosPort}/proxy/`);
      return `Pod ${pod} in ${entry.namespace} answers by itself again`;
    } catch (error) {
      if (!(error instanceof KubeError) || signal.aborted) throw error;
    }
    await pause(lookEveryMs, undefined, { signal });
  }
};

/** Why there is nothing to undo at the Pod that a fault chose; undefined where it is as it was. */
async function whatChanged(kube: KubeClients, entry: UndoEntry): Promise<string | undefined> {
  const { pod, uid, restarts } = entry.arguments;
  try {
    const { metadata, status } = await kube.request<Pod>('GET', pathOf(entry));
    if (metadata.uid !== uid) return `another Pod ${pod} is there`;
    const now = (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
    return now > Number(restarts) ? `Pod ${pod} in ${entry.namespace} has been restarted` : undefined;
  } catch (error) {
    if (isNotFound(error)) return `Pod ${pod} in ${entry.namespace} is gone`;
    throw error;
  }
}
