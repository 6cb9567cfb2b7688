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

/**
 * The Pods that a fault on a service may choose from: those with its label, `app=<service>`. With a selector of the experiment's own they have to
 * be behind that Service: the blast radius is told in services, and a label alone would reach any Pod. Rejects where one is not.
 */
export async function victimsOf(lab: Lab, service: string, labelSelector: string): Promise<Pod[]> {
  const pods = await podsOf(lab, labelSelector);
  if (labelSelector === `app=${service}` || pods.length === 0) return pods;
  const { spec } = await lab.kube.request<{ spec: { selector?: Record<string, string> } }>(
    'GET',
    `/api/v1/namespaces/${lab.namespace}/services/${service}`,
  );
  const selector = Object.entries(spec.selector ?? {});
  const isBehind = ({ metadata: { labels } }: Pod): boolean =>
    selector.length > 0 && selector.every(([name, value]) => labels?.[name] === value);
  const beyond = pods.find((pod) => !isBehind(pod));
  if (beyond)
    throw new Error(`Pod ${beyond.metadata.name} has ${labelSelector}, but is not behind Service ${service}: beyond the blast radius`);
  return pods;
}
