import type { LabNetwork } from '../network.ts';
import type { Resource } from '../resources/resource.ts';
import { type KubeObject, list } from './object.ts';
import type { Change, DeleteOptions, Draft, EventDraft, Kind, Kinds, Registry } from './registry.ts';
import { bound } from './store/binding.ts';
import type { DeleteRequest, Deletion } from './store/deletion.ts';
import { EventRecorder } from './store/event-recorder.ts';
import { Objects, type WriteOptions } from './store/objects.ts';
import { collectionOf, type Store } from './store/store.ts';

export interface RegistryOptions {
  resources: readonly Resource[];
  network: LabNetwork;
  /** Milliseconds since the epoch; Date.now if absent. */
  now?: () => number;
  /** From 0 to below 1, for generated names; Math.random if absent. */
  random?: () => number;
}

/** An empty Kubernetes in memory: Namespaces default, kube-system and kube-public, and nothing else. */
export const createRegistry = (options: RegistryOptions): ObjectRegistry => new ObjectRegistry(options);

/**
 * The Registry of one lab. Beside the typed calls of the contract it has the same for any Resource that is served, in any of its versions:
 * for requests over HTTPS, and for the namespace controller and the garbage collector, which work on all kinds.
 */
export class ObjectRegistry implements Registry {
  readonly resources: readonly Resource[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  private readonly objects: Objects;
  private readonly events: EventRecorder;
  constructor(options: RegistryOptions) {
    this.resources = options.resources;
    this.now = options.now ?? Date.now;
    this.objects = new Objects(options);
    this.events = new EventRecorder(this.objects, this.now);
    if (!this.objects.served.find('Namespace')) return;
    for (const name of ['default', 'kube-system', 'kube-public']) this.create('Namespace', { metadata: { name } });
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] {
    return this.objects.get(this.resource(kind), namespace, name) as unknown as Kinds[K];
  }
  find<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] | undefined {
    return this.objects.find(this.resource(kind), namespace, name) as unknown as Kinds[K] | undefined;
  }
  list<K extends Kind>(kind: K, namespace = ''): Kinds[K][] {
    return this.objects.list(this.resource(kind), namespace) as unknown as Kinds[K][];
  }
  create<K extends Kind>(kind: K, draft: Draft<K>): Kinds[K] {
    return this.objects.create(this.resource(kind), draft as unknown as KubeObject) as unknown as Kinds[K];
  }
  update<K extends Kind>(kind: K, object: Kinds[K]): Kinds[K] {
    return this.objects.update(this.resource(kind), object as unknown as KubeObject) as unknown as Kinds[K];
  }
  updateStatus<K extends Kind>(kind: K, object: Kinds[K]): Kinds[K] {
    return this.objects.updateStatus(this.resource(kind), object as unknown as KubeObject) as unknown as Kinds[K];
  }
  delete(kind: Kind, namespace: string, name: string, options: DeleteOptions = {}): void {
    this.objects.delete(this.resource(kind), namespace, name, options);
  }
  watch<K extends Kind>(kind: K, listener: (change: Change<Kinds[K]>) => void): () => void {
    return this.watchObjects(this.resource(kind), listener as unknown as (change: Change) => void);
  }
  event(about: KubeObject, event: EventDraft): void {
    this.events.record(about, event);
  }
  bind(namespace: string, name: string, node: string, options: WriteOptions = {}): Kinds['Pod'] {
    const pods = this.resource('Pod');
    const pod = this.objects.get(pods, namespace, name);
    return this.objects.put(pods, bound(pod, node, this.now()), pod, options) as unknown as Kinds['Pod'];
  }

  /**
   * Sets spec.finalizers of a Namespace, none if absent; a Terminating one without any goes. For the namespace controller, as its last act
   * on a Namespace that it has emptied.
   */
  finalizeNamespace(name: string, finalizers: string[] = []): KubeObject {
    const namespaces = this.resource('Namespace');
    const before = this.objects.get(namespaces, '', name);
    return this.objects.put(namespaces, { ...before, spec: { ...(before.spec as object), finalizers: list(finalizers) } }, before);
  }

  /** What is known of a kind, in the version that is stored. Throws where the kind is not served. */
  resource(kind: string): Resource {
    return this.objects.served.get(kind);
  }
  /** By the words of a path, in the version asked for. */
  resourceAt(group: string, version: string, plural: string): Resource | undefined {
    return this.objects.served.byPath(group, version, plural);
  }
  findObject(resource: Resource, namespace: string, name: string): KubeObject | undefined {
    return this.objects.find(resource, namespace, name);
  }
  getObject(resource: Resource, namespace: string, name: string): KubeObject {
    return this.objects.get(resource, namespace, name);
  }
  listObjects(resource: Resource, namespace = ''): KubeObject[] {
    return this.objects.list(resource, namespace);
  }
  createObject(resource: Resource, sent: KubeObject, options: WriteOptions = {}): KubeObject {
    return this.objects.create(resource, sent, options);
  }
  updateObject(
    resource: Resource,
    sent: KubeObject,
    { subresource, ...options }: WriteOptions & { subresource?: 'status' } = {},
  ): KubeObject {
    return subresource ? this.objects.updateStatus(resource, sent, options) : this.objects.update(resource, sent, options);
  }
  deleteObject(resource: Resource, namespace: string, name: string, request: DeleteRequest = {}): Deletion {
    return this.objects.delete(resource, namespace, name, request);
  }
  watchObjects(resource: Resource, listener: (change: Change) => void): () => void {
    return this.store.watch(collectionOf(resource), undefined, ({ type, object, before }) =>
      listener({ type, object, ...(before && { before }) }),
    );
  }
  /** A stored object as this version of the kind has it. */
  fromStored(resource: Resource, object: KubeObject): KubeObject {
    return this.objects.shown(resource, object);
  }
  /** What is below: versions, history, watches from a version on. */
  get store(): Store {
    return this.objects.store;
  }
}
