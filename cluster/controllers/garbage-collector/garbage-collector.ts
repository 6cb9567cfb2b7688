import type { Kind, Kinds, Registry } from '../../api/registry.ts';
import { WorkQueue } from '../work-queue.ts';

const kinds = [
  ...['Deployment', 'ReplicaSet', 'StatefulSet', 'Pod', 'Service', 'EndpointSlice', 'Endpoints', 'ControllerRevision'],
  ...['ConfigMap', 'Secret', 'ServiceAccount', 'HorizontalPodAutoscaler', 'Lease'],
] as Kind[];
type Held = Kinds[Kind] & { kind: string };

/**
 * Deletes what has lost all its owners, and carries out foreground and orphan deletion (pkg/controller/garbagecollector): owners go by UID,
 * so that a new object of the same name is not taken for the old one. Answers how to stop.
 */
export function startGarbageCollector(registry: Registry, log: (line: string) => void): () => void {
  /** Objects that are there, by uid. */
  const there = new Map<string, { kind: Kind; namespace: string; name: string }>();
  /** Dependents by their owner's uid. */
  const dependents = new Map<string, Set<string>>();
  const queue = new WorkQueue((uid) => {
    const place = there.get(uid);
    const object = place && (registry.find(place.kind, place.namespace, place.name) as Held | undefined);
    if (place && object?.metadata.uid === uid) look(place.kind, object);
    return undefined;
  }, log);

  function look(kind: Kind, object: Held): void {
    const { metadata } = object;
    const namespace = metadata.namespace ?? '';
    if (metadata.deletionTimestamp) {
      if (metadata.finalizers?.includes('orphan')) orphan(kind, object);
      else if (metadata.finalizers?.includes('foregroundDeletion')) foreground(kind, object);
      return;
    }
    const references = metadata.ownerReferences ?? [];
    const present = references.filter(({ uid }) => there.has(uid));
    if (references.length === 0 || present.length === references.length) return;
    if (present.length === 0) registry.delete(kind, namespace, metadata.name, { uid: metadata.uid, propagationPolicy: 'Background' });
    else registry.update(kind, { ...object, metadata: { ...metadata, ownerReferences: present } } as never);
  }

  const held = (uid: string): { kind: Kind; object: Held }[] =>
    [...(dependents.get(uid) ?? [])].flatMap((dependent) => {
      const place = there.get(dependent);
      const object = place && (registry.find(place.kind, place.namespace, place.name) as Held | undefined);
      return place && object ? [{ kind: place.kind, object }] : [];
    });

  function orphan(kind: Kind, owner: Held): void {
    for (const { kind: each, object } of held(owner.metadata.uid)) {
      const ownerReferences = object.metadata.ownerReferences?.filter(({ uid }) => uid !== owner.metadata.uid) ?? [];
      registry.update(each, { ...object, metadata: { ...object.metadata, ownerReferences } } as never);
    }
    release(kind, owner, 'orphan');
  }

  function foreground(kind: Kind, owner: Held): void {
    const blocking = held(owner.metadata.uid).filter(({ object }) =>
      object.metadata.ownerReferences?.some(({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion),
    );
    for (const { kind: each, object } of blocking) {
      const { namespace = '', name, uid, deletionTimestamp } = object.metadata;
      if (!deletionTimestamp) registry.delete(each, namespace, name, { uid, propagationPolicy: 'Foreground' });
    }
    if (held(owner.metadata.uid).every(({ object }) => !blocking.some((one) => one.object.metadata.uid === object.metadata.uid))) {
      release(kind, owner, 'foregroundDeletion');
    }
  }

  function release(kind: Kind, owner: Held, finalizer: string): void {
    const now = registry.find(kind, owner.metadata.namespace ?? '', owner.metadata.name) as Held | undefined;
    if (!now) return;
    const finalizers = now.metadata.finalizers?.filter((one) => one !== finalizer) ?? [];
    registry.update(kind, { ...now, metadata: { ...now.metadata, finalizers } } as never);
  }

  const stops = kinds.map((kind) =>
    registry.watch(kind, ({ type, object }) => {
      const { uid, namespace = '', name, ownerReferences = [] } = object.metadata;
      if (type === 'DELETED') {
        there.delete(uid);
        for (const dependent of dependents.get(uid) ?? []) queue.add(dependent);
        dependents.delete(uid);
        for (const owner of ownerReferences) {
          dependents.get(owner.uid)?.delete(uid);
          queue.add(owner.uid);
        }
        return;
      }
      there.set(uid, { kind, namespace, name });
      for (const owner of ownerReferences) {
        const known = dependents.get(owner.uid) ?? new Set<string>();
        dependents.set(owner.uid, known.add(uid));
      }
      if (ownerReferences.length > 0 || object.metadata.finalizers?.length) queue.add(uid);
    }),
  );
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}
