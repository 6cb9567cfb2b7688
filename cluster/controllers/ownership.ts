import type { Kinds } from '../api/registry.ts';

interface Owned {
  metadata: { ownerReferences?: { uid: string; kind: string; name: string; controller?: boolean }[]; namespace?: string };
}

/** The owner that manages the object, if one does. */
export const controllerOf = ({ metadata }: Owned) => metadata.ownerReferences?.find(({ controller }) => controller === true);

/** Whether the object is managed by that very owner. */
export const isControlledBy = (object: Owned, owner: { metadata: { uid: string } }): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid;

/** The reference by which a controller marks what it manages. */
export const ownerReference = (owner: Pick<Kinds['Pod'], 'apiVersion' | 'kind' | 'metadata'>) => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});
