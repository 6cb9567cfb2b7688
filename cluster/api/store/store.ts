import { expired } from '../errors.ts';
import type { KubeObject } from '../object.ts';
import type { Change } from '../registry.ts';

/** A change with its place in the order of all writes. `collection` as `collectionOf` names it. */
export interface Write extends Change {
  revision: number;
  collection: string;
}
type Listener = (write: Write) => void;
interface Watcher {
  collection: string;
  /** Writes up to this one it knows already. */
  since: number;
  listener: Listener;
}

/** How many writes a watch may go back; older ones are answered with 410 Expired, and clients list again. */
const remembered = 1000;

/** Objects of one kind in all its versions. */
export const collectionOf = (resource: { group: string; plural: string }): string => `${resource.group}/${resource.plural}`;

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

/**
 * Objects in memory under one revision counter, as etcd has it: each write raises it, each watch starts after one. It knows no rules.
 * Listeners are called after the write; what they write themselves is told after all have heard of the first, so all see one order.
 */
export class Store {
  private readonly collections = new Map<string, Map<string, KubeObject>>();
  private readonly watchers = new Set<Watcher>();
  private readonly untold: Write[] = [];
  private telling = false;
  private history: Write[] = [];
  /** The version of the last write. */
  revision = 1;
  /** Watches and continued lists begin at this version or later. */
  oldest = 1;

  /** Sorted by namespace and name. */
  list(collection: string, namespace = ''): KubeObject[] {
    const all = [...this.in(collection)];
    const wanted = namespace ? all.filter(([key]) => key.startsWith(`${namespace}/`)) : all;
    return wanted.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** The same objects without the cost of sorting. */
  *each(collection: string): Generator<KubeObject> {
    yield* this.in(collection).values();
  }

  find(collection: string, namespace: string, name: string): KubeObject | undefined {
    return this.in(collection).get(keyOf(namespace, name));
  }

  /** Puts the object in its place (type ADDED, MODIFIED) or takes it away, and tells the watchers. Answers it with its new version. */
  write(collection: string, type: Change['type'], object: KubeObject, before?: KubeObject): KubeObject {
    this.revision += 1;
    const written = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.revision) } };
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    if (type === 'DELETED') this.in(collection).delete(key);
    else this.in(collection).set(key, written);
    const write: Write = { type, object: written, revision: this.revision, collection, ...(before && { before }) };
    this.history.push(write);
    if (this.history.length >= 2 * remembered) {
      this.history = this.history.slice(-remembered);
      this.oldest = (this.history[0]?.revision ?? 1) - 1;
    }
    this.untold.push(write);
    this.tell();
    return written;
  }

  /**
   * Tells each write of the collection after `since`, first those of the past. Absent: ADDED for what is there, then what comes.
   * Answers how to stop. Throws 410 where the past is forgotten.
   */
  watch(collection: string, since: number | undefined, listener: Listener): () => void {
    if (since !== undefined && since < this.oldest) throw expired(`too old resource version: ${since} (${this.oldest})`);
    const watcher = { collection, since: this.revision, listener };
    const past: Write[] =
      since === undefined
        ? this.list(collection).map((object) => ({ type: 'ADDED', object, collection, revision: Number(object.metadata.resourceVersion) }))
        : this.after(since).filter((write) => write.collection === collection);
    this.watchers.add(watcher);
    const nested = this.telling;
    this.telling = true;
    for (const write of past) if (this.watchers.has(watcher)) this.tellOne(watcher, write);
    this.telling = nested;
    this.tell();
    return () => {
      this.watchers.delete(watcher);
    };
  }

  /** How many watches there are, of all collections. */
  get watching(): number {
    return this.watchers.size;
  }

  private tell(): void {
    if (this.telling) return;
    this.telling = true;
    for (let write = this.untold.shift(); write; write = this.untold.shift()) {
      for (const watcher of this.watchers) {
        if (watcher.collection === write.collection && watcher.since < write.revision) this.tellOne(watcher, write);
      }
    }
    this.telling = false;
  }

  /** An error of a listener is nobody's who writes: it ends the process, unless that listens for uncaught exceptions. */
  private tellOne(watcher: Watcher, write: Write): void {
    try {
      watcher.listener(write);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  private after(revision: number): Write[] {
    let [low, high] = [0, this.history.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.history[middle]?.revision ?? 0) > revision) high = middle;
      else low = middle + 1;
    }
    return this.history.slice(low);
  }

  private in(collection: string): Map<string, KubeObject> {
    const found = this.collections.get(collection) ?? new Map<string, KubeObject>();
    if (!this.collections.has(collection)) this.collections.set(collection, found);
    return found;
  }
}
