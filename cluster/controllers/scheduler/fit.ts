import type { Kinds } from '../../api/registry.ts';
import { milliValue, quantityValue } from '../../resources/quantity.ts';
import { isPodFinished } from '../pods/pod-readiness.ts';
import { matchesNode } from './node-affinity.ts';
import { untoleratedTaint } from './taints.ts';

type Pod = Kinds['Pod'];
type Node = Kinds['Node'];

/** Millicores and bytes. */
export interface Amounts {
  cpu: number;
  memory: number;
}

const requestOf = (container: { resources?: { requests?: Record<string, string> } }): Amounts => ({
  cpu: milliValue(container.resources?.requests?.cpu),
  memory: quantityValue(container.resources?.requests?.memory),
});
const add = (a: Amounts, b: Amounts): Amounts => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory });
const most = (a: Amounts, b: Amounts): Amounts => ({ cpu: Math.max(a.cpu, b.cpu), memory: Math.max(a.memory, b.memory) });
const none: Amounts = { cpu: 0, memory: 0 };

/** What a Pod asks for: its containers and sidecars together, or an init container with the sidecars before it, whichever is more. */
export function podRequest({ spec }: Pod): Amounts {
  let sidecars = none;
  let initializing = none;
  for (const container of spec?.initContainers ?? []) {
    if (container.restartPolicy === 'Always') sidecars = add(sidecars, requestOf(container));
    initializing = most(initializing, container.restartPolicy === 'Always' ? sidecars : add(sidecars, requestOf(container)));
  }
  return most((spec?.containers ?? []).map(requestOf).reduce(add, sidecars), initializing);
}

/** Why a Pod cannot go to a node. */
export interface Obstacle {
  reason: string;
  /** Whether it would be there even if the node were empty, so that preemption is no help. */
  hopeless: boolean;
}

const cordoned = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/**
 * Why a Pod does not fit on a node; [] where it does. As the scheduler's filters do, it tells of the first kind of obstacle alone: cordoned,
 * tainted, other labels, no room (scheduler/apis/config/v1 getDefaultPlugins, plugins/noderesources/fit.go). `onNode`: all Pods of that node.
 */
export function obstacles(pod: Pod, node: Node, onNode: readonly Pod[]): Obstacle[] {
  const { tolerations } = pod.spec ?? {};
  if (node.spec?.unschedulable && untoleratedTaint([cordoned], tolerations))
    return [{ reason: 'node(s) were unschedulable', hopeless: true }];
  const taint = untoleratedTaint(node.spec?.taints, tolerations);
  if (taint) return [{ reason: `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`, hopeless: true }];
  if (!matchesNode(pod.spec, node)) return [{ reason: "node(s) didn't match Pod's node affinity/selector", hopeless: true }];
  return shortages(pod, node, onNode);
}

function shortages(pod: Pod, node: Node, onNode: readonly Pod[]): Obstacle[] {
  const { allocatable = {} } = node.status ?? {};
  const running = onNode.filter((one) => !isPodFinished(one));
  const used = running.map(podRequest).reduce(add, none);
  const wanted = podRequest(pod);
  const room: Amounts = { cpu: milliValue(allocatable.cpu), memory: quantityValue(allocatable.memory) };
  const short = (['cpu', 'memory'] as const)
    .filter((name) => wanted[name] > 0 && wanted[name] > room[name] - used[name])
    .map((name) => ({ reason: `Insufficient ${name}`, hopeless: wanted[name] > room[name] }));
  const full = running.length + 1 > Number(allocatable.pods ?? 110);
  return [...(full ? [{ reason: 'Too many pods', hopeless: false }] : []), ...short];
}

/** The sentence of condition and Event for a Pod that fits nowhere. */
export function unschedulableMessage(reasons: readonly Obstacle[][]): string {
  const total = reasons.length;
  const counts = new Map<string, number>();
  for (const { reason } of reasons.flat()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const listed = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  const why = total === 0 ? 'no nodes available to schedule pods' : `0/${total} nodes are available: ${listed.join(', ')}.`;
  if (total === 0) return why;
  const hopeless = reasons.filter((all) => all.some((one) => one.hopeless)).length;
  const preemption = [
    ...(total - hopeless > 0 ? [`${total - hopeless} No preemption victims found for incoming pod`] : []),
    ...(hopeless > 0 ? [`${hopeless} Preemption is not helpful for scheduling`] : []),
  ];
  return `${why} no new claims to deallocate, preemption: 0/${total} nodes are available: ${preemption.join(', ')}.`;
}
