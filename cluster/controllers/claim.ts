import type { Kinds, Registry } from '../api/registry.ts';
import { controllerOf, ownerReference } from './ownership.ts';

type Claimable = 'Pod' | 'ReplicaSet' | 'ControllerRevision';
type Owner = Kinds['Deployment' | 'ReplicaSet' | 'StatefulSet'];

/**
 * Those of `candidates` that are the owner's. Orphans that match become its own; what no longer matches is let go. An owner that is being deleted
 * changes nothing (controller_ref_manager.go ClaimObject).
 */
export function claim<K extends Claimable>(
  registry: Registry,
  kind: K,
  owner: Owner,
  candidates: readonly Kinds[K][],
  matches: (object: Kinds[K]) => boolean,
): Kinds[K][] {
  const { uid, deletionTimestamp: going } = owner.metadata;
  return candidates.flatMap((object) => {
    const manager = controllerOf(object);
    const references = object.metadata.ownerReferences ?? [];
    if (manager) {
      if (manager.uid !== uid) return [];
      if (going || matches(object)) return [object];
      const others = references.filter((one) => one.uid !== uid);
      registry.update(kind, owned(object, others));
      return [];
    }
    if (going || object.metadata.deletionTimestamp || !matches(object)) return [];
    return [registry.update(kind, owned(object, [...references, ownerReference(owner)]))];
  });
}

type References = NonNullable<Kinds['Pod']['metadata']['ownerReferences']>;

/** The object with these owners: no list at all where there is none. */
export function owned<T extends { metadata: Kinds['Pod']['metadata'] }>(object: T, references: References): T {
  const { ownerReferences: _former, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, ...(references.length > 0 && { ownerReferences: references }) } };
}
