import type { Kind, Kinds, Registry } from '../../api/registry.ts';
import { owned } from '../claim.ts';
import { WorkQueue } from '../work-queue.ts';
import { decideCollection, type Standing } from './decide-collection.ts';
import { OwnerGraph, type Place } from './owner-graph.ts';

const kinds = [
  ...['Namespace', 'Node', 'Deployment', 'ReplicaSet', 'StatefulSet', 'Pod', 'Service', 'EndpointSlice', 'Endpoints', 'ControllerRevision'],
  ...['ConfigMap', 'Secret', 'ServiceAccount', 'HorizontalPodAutoscaler', 'Lease'],
] as Kind[];
type Held = Kinds['Pod'];
type Reference = NonNullable<Held['metadata']['ownerReferences']>[number];

/**
 * Deletes what has lost all its owners, and carries out foreground and orphan deletion (pkg/controller/garbagecollector): owners go by UID,
 * so that a new object of the same name is not taken for the old one. Answers how to stop.
 */
export function startGarbageCollector(registry: Registry, log: (line: string) => void): () => void {
  const graph = new OwnerGraph();
  const queue = new WorkQueue((uid) => {
    const place = graph.find(uid);
    const object = place && find(place);
    if (place && object?.metadata.uid === uid) look(place.kind, object);
    return undefined;
  }, log);

  const find = ({ kind, namespace, name }: Place): Held | undefined => registry.find(kind, namespace, name) as Held | undefined;
  const write = (kind: Kind, object: Held): void => {
    registry.update(kind, object as never);
  };

  function look(kind: Kind, object: Held): void {
    const { metadata } = object;
    if (metadata.deletionTimestamp) {
      if (metadata.finalizers?.includes('orphan')) orphan(kind, object);
      else if (metadata.finalizers?.includes('foregroundDeletion')) foreground(kind, object);
      return;
    }
    const { namespace = '', name, uid } = metadata;
    const decision = decideCollection(metadata, (one) => standing(one, namespace), graph.dependents(uid).length > 0);
    if (decision.value === 'unlink') write(kind, owned(object, decision.ownerReferences));
    else if (decision.value === 'delete') registry.delete(kind, namespace, name, { uid, propagationPolicy: decision.propagationPolicy });
  }

  function standing({ uid, kind }: Reference, namespace: string): Standing {
    // Of a kind that is not watched nobody knows whether it is there.
    if (!kinds.includes(kind as Kind)) return 'solid';
    const place = graph.find(uid);
    const owner = place && (place.namespace === '' || place.namespace === namespace) ? find(place) : undefined;
    if (owner?.metadata.uid !== uid) return 'dangling';
    const waits = owner.metadata.deletionTimestamp && owner.metadata.finalizers?.includes('foregroundDeletion');
    return waits ? 'waiting' : 'solid';
  }

  function orphan(kind: Kind, owner: Held): void {
    for (const { kind: each, object } of heldBy(owner)) {
      const others = object.metadata.ownerReferences?.filter(({ uid }) => uid !== owner.metadata.uid) ?? [];
      write(each, owned(object, others));
    }
    release(kind, owner, 'orphan');
  }

  /** The owner goes when no dependent is left that blocks it; each dependent is looked at by itself. */
  function foreground(kind: Kind, owner: Held): void {
    const dependents = heldBy(owner);
    const blocks = (one: Reference): boolean => one.uid === owner.metadata.uid && one.blockOwnerDeletion === true;
    if (!dependents.some(({ object }) => object.metadata.ownerReferences?.some(blocks))) release(kind, owner, 'foregroundDeletion');
    for (const { object } of dependents) if (!object.metadata.deletionTimestamp) queue.add(object.metadata.uid);
  }

  const heldBy = (owner: Held): { kind: Kind; object: Held }[] =>
    graph.dependents(owner.metadata.uid).flatMap((place) => {
      const object = find(place);
      return object ? [{ kind: place.kind, object }] : [];
    });

  function release(kind: Kind, owner: Held, finalizer: string): void {
    const { namespace = '', name } = owner.metadata;
    const now = find({ kind, namespace, name });
    if (now?.metadata.uid !== owner.metadata.uid) return;
    const finalizers = now.metadata.finalizers?.filter((one) => one !== finalizer) ?? [];
    write(kind, { ...now, metadata: { ...now.metadata, finalizers } });
  }

  const stops = kinds.map((kind) =>
    registry.watch(kind, ({ type, object, before }) => {
      const { uid, finalizers = [], ownerReferences = [] } = object.metadata as Held['metadata'];
      const touched = graph.note(kind, type === 'DELETED' ? undefined : object, object, before);
      for (const each of touched) queue.add(each);
      if (type !== 'DELETED' && (ownerReferences.length > 0 || finalizers.length > 0)) queue.add(uid);
    }),
  );
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}
