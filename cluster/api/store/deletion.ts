import { conflict } from '../errors.ts';
import { at, type KubeObject, timestamp } from '../object.ts';
import type { DeleteOptions } from '../registry.ts';

/** What a DELETE may ask for beyond the in-process form. */
export interface DeleteRequest extends DeleteOptions {
  /** Precondition: 409 where the object has another version. */
  resourceVersion?: string;
  dryRun?: boolean;
}

/** `removed`: it goes at once, `object` is its last state. `kept`: `object` is what it becomes, the same as before where nothing changes. */
export interface Deletion {
  value: 'removed' | 'kept';
  object: KubeObject;
}

/** Throws 409 where uid or version are not the ones asked for. apiserver:pkg/registry/rest/delete.go BeforeDelete, which names the kind. */
export function checkPreconditions(group: string, object: KubeObject, request: DeleteRequest): void {
  const { uid, resourceVersion, name } = object.metadata;
  const kind = { group, plural: object.kind };
  if (request.uid !== undefined && request.uid !== uid) {
    const why = `the UID in the precondition (${request.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(kind, name, why);
  }
  if (request.resourceVersion !== undefined && request.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${request.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(kind, name, why);
  }
}

const owners = { Orphan: 'orphan', Foreground: 'foregroundDeletion' } as const;

/** Finalizers that the garbage collector works off. No policy: those that are there stay. */
function finalizersFor(object: KubeObject, policy: DeleteOptions['propagationPolicy']): string[] {
  const finalizers = object.metadata.finalizers ?? [];
  if (!policy) return finalizers;
  const others = finalizers.filter((name) => name !== owners.Orphan && name !== owners.Foreground);
  return policy === 'Background' ? others : [...others, owners[policy]];
}

/** Seconds that a Pod has from the first DELETE: pkg/registry/core/pod/strategy.go CheckGracefulDelete. Others: undefined. */
function computeGrace(object: KubeObject, request: DeleteRequest): number | undefined {
  if (object.kind !== 'Pod') return undefined;
  const ended = ['Succeeded', 'Failed'].includes(String(at(object, 'status', 'phase')));
  if (!at(object, 'spec', 'nodeName') || ended) return 0;
  const asked = request.gracePeriodSeconds ?? Number(at(object, 'spec', 'terminationGracePeriodSeconds') ?? 30);
  return asked < 0 ? 1 : asked;
}

function dying(object: KubeObject, finalizers: string[], deletionTimestamp: string, grace: number): KubeObject {
  const { generation, deletionTimestamp: already, finalizers: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(generation !== undefined && { generation: already ? generation : generation + 1 }),
      ...(finalizers.length > 0 && { finalizers }),
      deletionTimestamp,
      deletionGracePeriodSeconds: grace,
    } as KubeObject['metadata'],
  };
}

/** What a DELETE makes of an object that is no Namespace; `now` in milliseconds. apiserver:pkg/registry/generic/registry/store.go Delete. */
export function decideDeletion(object: KubeObject, request: DeleteRequest, now: number): Deletion {
  const { deletionTimestamp: since, deletionGracePeriodSeconds: left = 0 } = object.metadata;
  const pod = object.kind === 'Pod';
  if (pod && since && left > 0) {
    // Being deleted already: a second request may only shorten.
    const asked = request.gracePeriodSeconds;
    if (asked === undefined || asked >= left) return { value: 'kept', object };
    const grace = Math.max(asked, 0);
    const finalizers = finalizersFor(object, request.propagationPolicy);
    const shortened = dying(object, finalizers, timestamp(Date.parse(since) + (grace - left) * 1000), grace);
    return { value: grace === 0 && finalizers.length === 0 ? 'removed' : 'kept', object: shortened };
  }
  const finalizers = finalizersFor(object, request.propagationPolicy);
  const grace = (since ? 0 : computeGrace(object, request)) ?? 0;
  const marked = dying(object, finalizers, since ?? timestamp(now + grace * 1000), grace);
  if (finalizers.length > 0 || grace > 0) return { value: 'kept', object: marked };
  return { value: 'removed', object: pod ? marked : object };
}

/** A Namespace is marked first; it goes when its content and so its spec.finalizers are gone. pkg/registry/core/namespace/storage Delete. */
export function decideNamespaceDeletion(object: KubeObject, request: DeleteRequest, now: number): Deletion {
  const waits = ((at(object, 'spec', 'finalizers') as string[] | undefined) ?? []).length > 0;
  if (!waits) return decideDeletion(object, request, now);
  if (object.metadata.deletionTimestamp) return { value: 'kept', object };
  const marked = dying(object, finalizersFor(object, request.propagationPolicy), timestamp(now), 0);
  return { value: 'kept', object: { ...marked, status: { ...(object.status as object), phase: 'Terminating' } } };
}

/** Whether an update takes away what a deletion was waiting for. apiserver:pkg/registry/generic/registry/store.go ShouldDeleteDuringUpdate. */
export function isReadyToGo(object: KubeObject, before: KubeObject): boolean {
  const finalizers = [
    ...(object.metadata.finalizers ?? []),
    ...((object.kind === 'Namespace' && (at(object, 'spec', 'finalizers') as string[])) || []),
  ];
  return finalizers.length === 0 && before.metadata.deletionTimestamp !== undefined && !before.metadata.deletionGracePeriodSeconds;
}
