import { expired } from './errors.ts';
import type { KubeObject } from './object.ts';

/** One write, as the store remembers it. */
export interface Written {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** `group/plural`. */
  collection: string;
  object: KubeObject;
  before?: KubeObject;
  revision: number;
}

const remembered = 5000;

/**
 * Objects in memory under one revision counter, as etcd has it: each write raises it, each watch starts after one. Listeners are called
 * after the write is complete, one write after the other, also where a listener writes itself.
 */
export class Store {
  private readonly collections = new Map<string, Map<string, KubeObject>>();
  private readonly listeners = new Set<(written: Written) => void>();
  private history: Written[] = [];
  private readonly queue: Written[] = [];
  private draining = false;
  revision = 1;

  /** All objects of a collection, of one namespace where given, by namespace and name. */
  list(collection: string, namespace = ''): KubeObject[] {
    const found = [...(this.collections.get(collection)?.values() ?? [])];
    return namespace ? found.filter((object) => object.metadata.namespace === namespace) : found;
  }

  find(collection: string, namespace: string, name: string): KubeObject | undefined {
    return this.collections.get(collection)?.get(`${namespace}/${name}`);
  }

  /** Writes an object as it is and gives it the next version. */
  put(collection: string, object: KubeObject): KubeObject {
    const { name, namespace = '' } = object.metadata;
    const before = this.find(collection, namespace, name);
    return this.write(before ? 'MODIFIED' : 'ADDED', collection, object, before);
  }

  /** Takes an object away; its last version is that of the deletion. */
  remove(collection: string, object: KubeObject): KubeObject {
    return this.write('DELETED', collection, object, object);
  }

  /** Calls `listener` with each write after the revision `since`, first those of the past. Answers how to stop. Throws 410 where `since` is too old. */
  watch(since: number, listener: (written: Written) => void): () => void {
    const oldest = this.history[0]?.revision ?? this.revision + 1;
    if (since < oldest - 1) throw expired(`too old resource version: ${since} (${oldest - 1})`);
    let last = since;
    const once = (written: Written): void => {
      if (written.revision <= last) return;
      last = written.revision;
      listener(written);
    };
    for (const written of this.history) once(written);
    this.listeners.add(once);
    return () => this.listeners.delete(once);
  }

  private write(type: Written['type'], collection: string, object: KubeObject, before?: KubeObject): KubeObject {
    this.revision += 1;
    const written = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.revision) } };
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    const objects = this.collections.get(collection) ?? new Map<string, KubeObject>();
    this.collections.set(collection, objects);
    if (type === 'DELETED') objects.delete(key);
    else objects.set(key, written);
    const change: Written = { type, collection, object: written, revision: this.revision, ...(before && { before }) };
    this.history.push(change);
    if (this.history.length > 2 * remembered) this.history = this.history.slice(-remembered);
    this.queue.push(change);
    this.drain();
    return written;
  }

  private drain(): void {
    if (this.draining) return;
    this.draining = true;
    try {
      for (let next = this.queue.shift(); next; next = this.queue.shift()) for (const listener of [...this.listeners]) listener(next);
    } finally {
      this.draining = false;
    }
  }
}
