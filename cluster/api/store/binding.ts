import { conflict } from '../errors.ts';
import { at, type KubeObject, timestamp } from '../object.ts';
import type { Kinds } from '../registry.ts';

type Condition = NonNullable<NonNullable<Kinds['Pod']['status']>['conditions']>[number];

/** The Pod on that node, with condition PodScheduled. Throws 409 where it has one or goes. pkg/registry/core/pod/storage/storage.go assignPod. */
export function bound(pod: KubeObject, node: string, nowMs: number): KubeObject {
  const { name, deletionTimestamp, generation } = pod.metadata;
  const binding = { group: '', plural: 'pods/binding' };
  if (deletionTimestamp) throw conflict(binding, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  const assigned = at(pod, 'spec', 'nodeName');
  if (assigned) throw conflict(binding, name, `pod ${name} is already assigned to node "${assigned}"`);
  const conditions = (at(pod, 'status', 'conditions') as Condition[] | undefined) ?? [];
  const was = conditions.find(({ type }) => type === 'PodScheduled');
  const scheduled: Condition = {
    type: 'PodScheduled',
    ...(generation !== undefined && { observedGeneration: generation }),
    status: 'True',
    lastTransitionTime: was?.status === 'True' ? was.lastTransitionTime : timestamp(nowMs),
  };
  const all = was ? conditions.map((each) => (each === was ? scheduled : each)) : [...conditions, scheduled];
  return { ...pod, spec: { ...(pod.spec as object), nodeName: node }, status: { ...(pod.status as object), conditions: all } };
}
