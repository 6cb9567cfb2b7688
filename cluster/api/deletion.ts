import { at, type KubeObject, timestamp } from './object.ts';
import type { DeleteOptions } from './registry.ts';

/**
 * What a DELETE makes of an object (apiserver pkg/registry/rest/delete.go): undefined, it goes at once; else the object as it stays, marked.
 * Pods on a node stay for their grace period, a second DELETE may only shorten it; finalizers hold, also those that foreground and orphan
 * deletion add; a Namespace stays until it is empty.
 */
export function decideDeletion(object: KubeObject, options: DeleteOptions, nowMs: number): KubeObject | undefined {
  const { metadata } = object;
  const added = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: undefined }[options.propagationPolicy ?? 'Background'];
  const finalizers = [...new Set([...(metadata.finalizers ?? []), ...(added && !metadata.deletionTimestamp ? [added] : [])])];
  const grace = graceSeconds(object, options);
  if (object.kind === 'Namespace') {
    const spec = { ...(object.spec as object), finalizers: at(object, 'spec', 'finalizers') ?? ['kubernetes'] };
    const status = { ...(object.status as object), phase: 'Terminating' };
    return { ...object, metadata: { ...metadata, deletionTimestamp: metadata.deletionTimestamp ?? timestamp(nowMs) }, spec, status };
  }
  if (grace === 0 && finalizers.length === 0) return undefined;
  const former = metadata.deletionTimestamp ? (metadata.deletionGracePeriodSeconds ?? 0) : Number.POSITIVE_INFINITY;
  if (grace >= former) return object;
  const generation = object.kind === 'Pod' && !metadata.deletionTimestamp ? { generation: (metadata.generation ?? 1) + 1 } : {};
  const marks = { deletionTimestamp: timestamp(nowMs + grace * 1000), deletionGracePeriodSeconds: grace };
  return { ...object, metadata: { ...metadata, ...generation, ...marks, ...(finalizers.length > 0 && { finalizers }) } };
}

function graceSeconds(object: KubeObject, options: DeleteOptions): number {
  if (object.kind !== 'Pod') return 0;
  if (!at(object, 'spec', 'nodeName')) return 0;
  if (['Succeeded', 'Failed'].includes(String(at(object, 'status', 'phase')))) return 0;
  return options.gracePeriodSeconds ?? Number(at(object, 'spec', 'terminationGracePeriodSeconds') ?? 30);
}
