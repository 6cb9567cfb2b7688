import type { NodeApi } from '../kubelet/node-api.ts';
import { parseSelector } from '../resources/label-selector.ts';
import { notFound } from './errors.ts';
import { type JsonObject, timestamp } from './object.ts';
import type { ObjectRegistry } from './object-registry.ts';

const group = 'metrics.k8s.io';
const cpu = (cores: number): string => `${Math.round(cores * 1e9)}n`;
const memory = (bytes: number): string => `${Math.round(bytes / 1024)}Ki`;

/** metrics.k8s.io/v1beta1: what Pods and the node use, read from the processes when asked for. Undefined: no path of this group. */
export function metrics(registry: ObjectRegistry, node: NodeApi | undefined, path: string, query: URLSearchParams): JsonObject | undefined {
  const [, namespace, name] = /^\/apis\/metrics\.k8s\.io\/v1beta1(?:\/namespaces\/([^/]+))?\/pods(?:\/([^/]+))?$/.exec(path) ?? [];
  if (/\/v1beta1\/(namespaces\/[^/]+\/)?pods/.test(path)) {
    const matches = parseSelector(query.get('labelSelector') ?? '');
    const items = registry
      .list('Pod', namespace)
      .filter((pod) => (!name || pod.metadata.name === name) && matches(pod.metadata.labels))
      .flatMap((pod) => podMetrics(node, pod.metadata.namespace ?? '', pod.metadata.name, pod.metadata.labels));
    if (name && !items[0]) throw notFound({ group, plural: 'pods' }, `${namespace}/${name}`);
    return name ? items[0] : { kind: 'PodMetricsList', apiVersion: `${group}/v1beta1`, metadata: {}, items };
  }
  if (!/\/v1beta1\/nodes/.test(path)) return undefined;
  const items = registry.list('Node').map((one) => {
    const used = registry.list('Pod').flatMap((pod) => node?.usage(pod.metadata.namespace ?? '', pod.metadata.name)?.containers ?? []);
    const sum = (pick: (container: { cpuCores: number; memoryBytes: number }) => number): number =>
      used.reduce((total, container) => total + pick(container), 0);
    return {
      kind: 'NodeMetrics',
      apiVersion: `${group}/v1beta1`,
      metadata: { name: one.metadata.name, creationTimestamp: timestamp() },
      timestamp: timestamp(),
      window: '10s',
      usage: { cpu: cpu(sum(({ cpuCores }) => cpuCores)), memory: memory(sum(({ memoryBytes }) => memoryBytes)) },
    };
  });
  return /nodes$/.test(path) ? { kind: 'NodeMetricsList', apiVersion: `${group}/v1beta1`, metadata: {}, items } : items[0];
}

function podMetrics(node: NodeApi | undefined, namespace: string, name: string, labels: Record<string, string> | undefined): JsonObject[] {
  const usage = node?.usage(namespace, name);
  if (!usage) return [];
  return [
    {
      kind: 'PodMetrics',
      apiVersion: `${group}/v1beta1`,
      metadata: { name, namespace, creationTimestamp: timestamp(), ...(labels && { labels }) },
      timestamp: timestamp(usage.atMs),
      window: `${usage.windowMs / 1000}s`,
      containers: usage.containers.map((one) => ({ name: one.name, usage: { cpu: cpu(one.cpuCores), memory: memory(one.memoryBytes) } })),
    },
  ];
}
