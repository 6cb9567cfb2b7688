import type { Kind, Kinds } from '../../api/registry.ts';

export interface Place {
  kind: Kind;
  namespace: string;
  name: string;
}
type Held = Pick<Kinds['Pod'], 'metadata'>;

/** Who owns whom, by UID, as the watched changes tell it. */
export class OwnerGraph {
  private readonly places = new Map<string, Place>();
  private readonly owned = new Map<string, Set<string>>();

  /** Where the object of that UID is; undefined where it is not there any more. */
  find(uid: string): Place | undefined {
    return this.places.get(uid);
  }

  /** What is there of those that name the UID as an owner. */
  dependents(uid: string): Place[] {
    return [...(this.owned.get(uid) ?? [])].flatMap((each) => this.places.get(each) ?? []);
  }

  /**
   * Takes in a change: `now` is absent for DELETED. Answers the UIDs that it concerns: dependents of what has gone, and owners that have lost a
   * dependent.
   */
  note(kind: Kind, now: Held | undefined, object: Held, before: Held | undefined): string[] {
    const { uid, namespace = '', name } = object.metadata;
    const owners = new Set(ownersOf(now));
    const lost = [...new Set([...ownersOf(object), ...ownersOf(before)])].filter((owner) => !owners.has(owner));
    for (const owner of lost) {
      this.owned.get(owner)?.delete(uid);
      if (this.owned.get(owner)?.size === 0) this.owned.delete(owner);
    }
    for (const owner of owners) this.owned.set(owner, (this.owned.get(owner) ?? new Set()).add(uid));
    if (now) {
      this.places.set(uid, { kind, namespace, name });
      return lost;
    }
    this.places.delete(uid);
    return [...lost, ...(this.owned.get(uid) ?? [])];
  }
}

const ownersOf = (object: Held | undefined): string[] => object?.metadata.ownerReferences?.map(({ uid }) => uid) ?? [];
