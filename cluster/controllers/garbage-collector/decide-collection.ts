import type { Kinds } from '../../api/registry.ts';

type Reference = NonNullable<Kinds['Pod']['metadata']['ownerReferences']>[number];

/** What an owner reference is worth: its owner is there; waits, being deleted in the foreground, for its dependents to go; or is gone. */
export type Standing = 'solid' | 'waiting' | 'dangling';

export type Collection =
  | { value: 'keep' }
  /** One owner is enough to live: references to others that are gone or going are taken away. */
  | { value: 'unlink'; ownerReferences: Reference[] }
  | { value: 'delete'; propagationPolicy: 'Background' | 'Foreground' | 'Orphan' };

/**
 * What becomes of an object with these owners (pkg/controller/garbagecollector attemptToDeleteItem). `hasDependents`: objects that it owns itself;
 * they go first where its own owner waits.
 */
export function decideCollection(
  metadata: { ownerReferences?: Reference[]; finalizers?: string[] },
  standing: (reference: Reference) => Standing,
  hasDependents: boolean,
): Collection {
  const { ownerReferences = [], finalizers = [] } = metadata;
  const solid = ownerReferences.filter((one) => standing(one) === 'solid');
  if (solid.length === ownerReferences.length) return { value: 'keep' };
  if (solid.length > 0) return { value: 'unlink', ownerReferences: solid };
  if (hasDependents && ownerReferences.some((one) => standing(one) === 'waiting'))
    return { value: 'delete', propagationPolicy: 'Foreground' };
  if (finalizers.includes('orphan')) return { value: 'delete', propagationPolicy: 'Orphan' };
  return { value: 'delete', propagationPolicy: finalizers.includes('foregroundDeletion') ? 'Foreground' : 'Background' };
}
