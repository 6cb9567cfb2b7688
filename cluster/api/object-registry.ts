import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { LabNetwork } from '../network.ts';
import type { Resource } from '../resources/resource.ts';
import { decideDeletion } from './deletion.ts';
import { alreadyExists, badRequest, conflict, invalid, notFound, terminating } from './errors.ts';
import { EventFolder } from './events.ts';
import { at, clean, type KubeObject, timestamp } from './object.ts';
import type { Change, DeleteOptions, Draft, EventDraft, Kind, Kinds, Registry } from './registry.ts';
import { allocate } from './service-addresses.ts';
import { Store } from './store.ts';

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
/** Five characters that make no words, as Kubernetes adds to generateName. */
export const suffix = (): string => [...randomBytes(5)].map((byte) => alphabet[byte % alphabet.length]).join('');

export const collectionOf = (resource: Resource): string => `${resource.group}/${resource.plural}`;
export const groupVersion = (resource: { group: string; version: string }): string =>
  resource.group ? `${resource.group}/${resource.version}` : resource.version;

export interface WriteOptions {
  dryRun?: boolean;
  /** Which part of the object is written. */
  subresource?: 'status';
}

/** The rules of writing, over the store: the same for requests over HTTPS and for controllers in this process. */
export class ObjectRegistry implements Registry {
  readonly store = new Store();
  readonly resources: Resource[];
  private readonly network: LabNetwork;
  private readonly now: () => number;
  private readonly folder = new EventFolder();
  private readonly byKind = new Map<string, Resource>();

  constructor(options: { resources: Resource[]; network: LabNetwork; now?: () => number }) {
    this.resources = options.resources;
    this.network = options.network;
    this.now = options.now ?? Date.now;
    // Of several versions the stored one works here.
    for (const resource of options.resources) if (!resource.conversion) this.byKind.set(resource.kind, resource);
    for (const name of ['default', 'kube-system']) this.create('Namespace', { metadata: { name } });
  }

  /** What is known of a kind, in the version that is stored. */
  resource(kind: string): Resource {
    const found = this.byKind.get(kind);
    if (!found) throw badRequest(`no kind "${kind}" is registered`);
    return found;
  }

  find<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] | undefined {
    return this.findObject(this.resource(kind), namespace, name) as Kinds[K] | undefined;
  }
  get<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] {
    return this.getObject(this.resource(kind), namespace, name) as unknown as Kinds[K];
  }
  list<K extends Kind>(kind: K, namespace = ''): Kinds[K][] {
    return this.store.list(collectionOf(this.resource(kind)), namespace) as unknown as Kinds[K][];
  }
  create<K extends Kind>(kind: K, draft: Draft<K>): Kinds[K] {
    return this.createObject(this.resource(kind), draft as unknown as KubeObject) as unknown as Kinds[K];
  }
  update<K extends Kind>(kind: K, object: Kinds[K]): Kinds[K] {
    return this.updateObject(this.resource(kind), object as unknown as KubeObject) as unknown as Kinds[K];
  }
  updateStatus<K extends Kind>(kind: K, object: Kinds[K]): Kinds[K] {
    return this.updateObject(this.resource(kind), object as unknown as KubeObject, { subresource: 'status' }) as unknown as Kinds[K];
  }
  delete(kind: Kind, namespace: string, name: string, options: DeleteOptions = {}): void {
    this.deleteObject(this.resource(kind), namespace, name, options);
  }

  watch<K extends Kind>(kind: K, listener: (change: Change<Kinds[K]>) => void): () => void {
    const collection = collectionOf(this.resource(kind));
    for (const object of this.store.list(collection)) listener({ type: 'ADDED', object: object as unknown as Kinds[K] });
    return this.store.watch(this.store.revision, (written) => {
      if (written.collection === collection) listener(written as unknown as Change<Kinds[K]>);
    });
  }

  bind(namespace: string, name: string, node: string): Kinds['Pod'] {
    const pods = this.resource('Pod');
    const pod = this.getObject(pods, namespace, name) as unknown as Kinds['Pod'];
    if (pod.spec?.nodeName) throw conflict(pods, name, `pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
    const scheduled = {
      type: 'PodScheduled',
      status: 'True',
      lastTransitionTime: timestamp(this.now()),
      observedGeneration: pod.metadata.generation,
    };
    const conditions = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
    const bound = { ...pod, spec: { ...pod.spec, nodeName: node }, status: { ...pod.status, conditions: [...conditions, scheduled] } };
    return this.store.put(collectionOf(pods), clean(bound) as unknown as KubeObject) as unknown as Kinds['Pod'];
  }

  event(about: KubeObject, draft: EventDraft): void {
    const events = this.resource('Event');
    const home = about.metadata.namespace || 'default';
    const space = this.find('Namespace', '', home);
    if (!space || space.metadata.deletionTimestamp) return; // nothing can be written there any more
    const written = this.folder.fold(about, draft, this.now(), (namespace, name) => this.findObject(events, namespace, name));
    if (!written) return;
    if (written.metadata.resourceVersion) this.store.put(collectionOf(events), written);
    else this.createObject(events, written);
  }

  /** Lets a terminating namespace go, once it is empty: the namespace controller's last act. */
  finalizeNamespace(name: string): void {
    const namespaces = this.resource('Namespace');
    const space = this.getObject(namespaces, '', name);
    this.writeOrRemove(namespaces, { ...space, spec: { ...(space.spec as object), finalizers: [] } });
  }

  findObject(resource: Resource, namespace: string, name: string): KubeObject | undefined {
    return this.store.find(collectionOf(resource), resource.namespaced ? namespace : '', name);
  }
  getObject(resource: Resource, namespace: string, name: string): KubeObject {
    const found = this.findObject(resource, namespace, name);
    if (!found) throw notFound(resource, name);
    return found;
  }

  /** Creates what a client sent; `sent` is of the resource's own version. */
  createObject(resource: Resource, sent: KubeObject, { dryRun = false }: WriteOptions = {}): KubeObject {
    const { metadata = {} as KubeObject['metadata'], ...rest } = clean(sent);
    const { generateName, namespace: space } = metadata;
    const namespace = resource.namespaced ? space || 'default' : undefined;
    const name = metadata.name || (generateName ? `${generateName.slice(0, 58)}${suffix()}` : '');
    if (namespace) this.requireNamespace(resource, namespace, name);
    const born = {
      ...metadata,
      name,
      ...(namespace && { namespace }),
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: timestamp(this.now()),
      ...(resource.hasGeneration && { generation: 1 }),
    };
    for (const key of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink', 'managedFields'] as const) delete born[key];
    if (!namespace) delete born.namespace;
    const object = { ...rest, apiVersion: groupVersion(resource), kind: resource.kind, metadata: born } as KubeObject;
    const prepared = clean(resource.admit(resource.prepareForCreate(resource.applyDefaults(object))));
    const stored = this.toStored(resource, this.settle(resource, prepared));
    const causes = resource.validate(prepared);
    if (causes.length > 0) throw invalid(resource, name, causes);
    if (this.findObject(resource, namespace ?? '', name)) throw alreadyExists(resource, name);
    return this.fromStored(resource, dryRun ? stored : this.store.put(collectionOf(resource), stored));
  }

  /** Replaces an object, or its status. Answers what is stored already where nothing changed. */
  updateObject(resource: Resource, sent: KubeObject, { dryRun = false, subresource }: WriteOptions = {}): KubeObject {
    const { name, namespace = '', resourceVersion, uid } = sent.metadata;
    const old = this.fromStored(resource, this.getObject(resource, namespace, name));
    if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw conflict(resource, name);
    if (uid && uid !== old.metadata.uid) {
      throw conflict(resource, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`);
    }
    if (subresource === 'status') {
      const after = { ...old, ...(sent.status ? { status: clean(sent.status) } : {}) };
      return this.writeIfChanged(resource, old, after, dryRun);
    }
    const { deletionTimestamp, deletionGracePeriodSeconds, generation, creationTimestamp } = old.metadata;
    const metadata = { ...clean(sent.metadata), uid: old.metadata.uid, creationTimestamp, resourceVersion: old.metadata.resourceVersion };
    for (const key of ['managedFields', 'selfLink'] as const) delete metadata[key];
    Object.assign(metadata, clean({ deletionTimestamp, deletionGracePeriodSeconds, generation }));
    const object = { ...clean(sent), apiVersion: groupVersion(resource), kind: resource.kind, metadata } as KubeObject;
    const prepared = this.settle(resource, clean(resource.prepareForUpdate(resource.applyDefaults(object), old)));
    const causes = [...resource.validateUpdate(prepared, old)];
    if (causes.length > 0) throw invalid(resource, name, causes);
    if (resource.hasGeneration && resource.generationChanged(old, prepared)) {
      prepared.metadata = { ...prepared.metadata, generation: (generation ?? 1) + 1 };
    }
    return this.writeIfChanged(resource, old, prepared, dryRun);
  }

  /** Deletes, or begins to: Pods have a grace period, finalizers are waited for. Answers the object, and whether it is gone. */
  deleteObject(
    resource: Resource,
    namespace: string,
    name: string,
    options: DeleteOptions & { dryRun?: boolean } = {},
  ): { object: KubeObject; gone: boolean } {
    const object = this.getObject(resource, namespace, name);
    if (options.uid && options.uid !== object.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${options.uid}, UID in object meta: ${object.metadata.uid}`;
      throw conflict(resource, name, why);
    }
    const marked = decideDeletion(object, options, this.now());
    if (options.dryRun) return { object: marked ?? object, gone: !marked };
    if (!marked) {
      this.remove(resource, object);
      return { object, gone: true };
    }
    if (isDeepStrictEqual(marked, object)) return { object, gone: false };
    return { object: this.store.put(collectionOf(resource), marked), gone: false };
  }

  private requireNamespace(resource: Resource, namespace: string, name: string): void {
    const space = this.find('Namespace', '', namespace);
    if (!space) throw notFound(this.resource('Namespace'), namespace);
    if (space.metadata.deletionTimestamp) throw terminating(resource, name, namespace);
  }

  private settle(resource: Resource, object: KubeObject): KubeObject {
    if (resource.kind !== 'Service' || resource.group !== '') return object;
    const { service, causes } = allocate(object, this.store.list(collectionOf(resource)), this.network);
    if (causes.length > 0) throw invalid(resource, object.metadata.name, causes);
    return clean(service);
  }

  private writeIfChanged(resource: Resource, old: KubeObject, after: KubeObject, dryRun: boolean): KubeObject {
    if (isDeepStrictEqual(after, old)) return old;
    if (dryRun) return after;
    return this.fromStored(resource, this.writeOrRemove(resource, this.toStored(resource, after)));
  }

  /** An object that is being deleted goes with its last finalizer. */
  private writeOrRemove(resource: Resource, object: KubeObject): KubeObject {
    const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
    const held =
      (finalizers?.length ?? 0) > 0 || (resource.kind === 'Namespace' && (at(object, 'spec', 'finalizers') as string[])?.length > 0);
    const done = deletionTimestamp && !held && (deletionGracePeriodSeconds ?? 0) === 0;
    return done ? this.remove(resource, object) : this.store.put(collectionOf(resource), object);
  }

  private remove(resource: Resource, object: KubeObject): KubeObject {
    this.folder.forget(object.metadata.uid);
    return this.store.remove(collectionOf(resource), object);
  }

  /** The object as the version that is stored has it. */
  toStored(resource: Resource, object: KubeObject): KubeObject {
    return resource.conversion?.toStored(object) ?? object;
  }
  /** A stored object as this version of the kind has it. */
  fromStored(resource: Resource, object: KubeObject): KubeObject {
    return resource.conversion?.fromStored(object) ?? object;
  }
}
