import type { Kinds } from '../../api/registry.ts';
import { milliValue, quantityValue } from '../../resources/quantity.ts';
import { isPodFinished } from '../pods/pod-readiness.ts';

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

/** Why a Pod does not fit on a node; [] where it does (plugins/noderesources/fit.go). `onNode`: all Pods of that node. */
export function unfit(pod: Pod, node: Node, onNode: readonly Pod[]): { reason: string; hopeless: boolean }[] {
  const { allocatable = {} } = node.status ?? {};
  const running = onNode.filter((one) => !isPodFinished(one));
  const used = running.map(podRequest).reduce(add, none);
  const wanted = podRequest(pod);
  const room: Amounts = { cpu: milliValue(allocatable.cpu), memory: quantityValue(allocatable.memory) };
  const short = (['cpu', 'memory'] as const)
    .filter((name) => wanted[name] > 0 && wanted[name] > room[name] - used[name])
    .map((name) => ({ reason: `Insufficient ${name}`, hopeless: wanted[name] > room[name] }));
  return [
    ...(node.spec?.unschedulable ? [{ reason: 'node(s) were unschedulable', hopeless: true }] : []),
    ...(running.length + 1 > Number(allocatable.pods ?? 110) ? [{ reason: 'Too many pods', hopeless: false }] : []),
    ...short,
  ];
}

/** The sentence of condition and Event for a Pod that fits nowhere. */
export function unschedulableMessage(reasons: { reason: string; hopeless: boolean }[][]): string {
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
