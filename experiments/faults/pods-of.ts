import type { Lab } from '../engine/experiment.ts';
import type { Pod } from '../engine/kube/workloads.ts';

/** Pods of the lab that carry a label, as `app=delivery`, without those on their way out, the oldest first. */
export async function podsOf(lab: Lab, labelSelector: string): Promise<Pod[]> {
  const path = `/api/v1/namespaces/${lab.namespace}/pods?labelSelector=${encodeURIComponent(labelSelector)}`;
  const { items } = await lab.kube.request<{ items: Pod[] }>('GET', path);
  return items
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''));
}
