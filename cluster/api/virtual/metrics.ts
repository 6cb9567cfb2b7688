import type { NodeApi } from '../../kubelet/node-api.ts';
import { notFound, serviceUnavailable } from '../errors.ts';
import type { KubeObject } from '../object.ts';
import { type JsonObject, timestamp } from '../object.ts';
import type { Kinds } from '../registry.ts';
import type { Backend } from '../requests/request.ts';
import { selectorOf } from '../requests/selectors.ts';

const group = 'metrics.k8s.io';
const apiVersion = `${group}/v1beta1`;
const route = /^\/apis\/metrics\.k8s\.io\/v1beta1\/(?:namespaces\/([^/]+)\/)?(pods|nodes)(?:\/([^/]+))?\/?$/;
const cpu = (cores: number): string => `${Math.round(cores * 1e9)}n`;
const memory = (bytes: number): string => `${Math.round(bytes / 1024)}Ki`;
const selfOf = ({ name, namespace, labels }: Kinds['Pod']['metadata'], createdMs: number): JsonObject => ({
  name,
  ...(namespace && { namespace }),
  ...(labels && { labels }),
  creationTimestamp: timestamp(createdMs),
});

/**
 * metrics.k8s.io/v1beta1: what Pods and nodes use, asked of the node when asked for. A Pod that does not run has no metrics. Undefined: no
 * path of this group. Throws 404, 503.
 */
export function metrics({ registry, node: nodeNow }: Backend, path: string, query: URLSearchParams): JsonObject | undefined {
  const [, namespace, plural, name] = route.exec(path) ?? [];
  if (!plural || (plural === 'nodes' && namespace)) return undefined;
  const node = nodeNow();
  if (!node) throw serviceUnavailable('the node is not up yet, so nothing is measured');
  const objects: (Kinds['Pod'] | Kinds['Node'])[] = plural === 'pods' ? registry.list('Pod', namespace) : registry.list('Node');
  const matches = selectorOf('', query);
  const items = objects
    .filter((object) => (!name || object.metadata.name === name) && matches(object as unknown as KubeObject))
    .flatMap((object) =>
      plural === 'pods' ? podMetrics(node, object as Kinds['Pod']) : nodeMetrics(node, object as Kinds['Node'], registry.list('Pod')),
    );
  if (name && !items[0])
    throw notFound({ group, plural: plural === 'pods' ? 'podmetrics' : 'nodemetrics' }, namespace ? `${namespace}/${name}` : name);
  return name ? items[0] : { kind: plural === 'pods' ? 'PodMetricsList' : 'NodeMetricsList', apiVersion, metadata: {}, items };
}

function podMetrics(node: NodeApi, { metadata }: Kinds['Pod']): JsonObject[] {
  const usage = node.usage(metadata.namespace ?? '', metadata.name);
  if (!usage) return [];
  const containers = usage.containers.map(({ name, cpuCores, memoryBytes }) => ({
    name,
    usage: { cpu: cpu(cpuCores), memory: memory(memoryBytes) },
  }));
  const [time, window] = [timestamp(usage.atMs), `${usage.windowMs / 1000}s`];
  return [{ kind: 'PodMetrics', apiVersion, metadata: selfOf(metadata, usage.atMs), timestamp: time, window, containers }];
}

/** A node's use is that of its Pods: what else runs on this machine is not the cluster's. */
function nodeMetrics(node: NodeApi, { metadata }: Kinds['Node'], pods: Kinds['Pod'][]): JsonObject[] {
  const used = pods
    .filter(({ spec }) => spec?.nodeName === metadata.name)
    .flatMap((pod) => node.usage(pod.metadata.namespace ?? '', pod.metadata.name) ?? []);
  const containers = used.flatMap((usage) => usage.containers);
  const atMs = Math.max(...used.map((usage) => usage.atMs), 0) || Date.now();
  const windowMs = Math.max(...used.map((usage) => usage.windowMs), 0);
  return [
    {
      kind: 'NodeMetrics',
      apiVersion,
      metadata: selfOf(metadata, atMs),
      timestamp: timestamp(atMs),
      window: `${windowMs / 1000}s`,
      usage: {
        cpu: cpu(containers.reduce((sum, { cpuCores }) => sum + cpuCores, 0)),
        memory: memory(containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)),
      },
    },
  ];
}
