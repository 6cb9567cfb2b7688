import { randomUUID } from 'node:crypto';
import type { LabNetwork } from '../../network.ts';
import type { Cause, Resource } from '../../resources/resource.ts';
import { alreadyExists, badRequest, conflict, forbidden, invalid, isApiError, notFound } from '../api-error.ts';
import { type KubeObject, type Metadata, sameJson, timestamp } from '../object.ts';
import { checkPreconditions, type DeleteRequest, type Deletion, decideDeletion, decideNamespaceDeletion, isReadyToGo } from './deletion.ts';
import { generatedName } from './generated-name.ts';
import { groupVersion, ServedResources } from './served-resources.ts';
import { keepAllocated, ServiceAddresses } from './service-addresses.ts';
import { collectionOf, Store } from './store.ts';

export interface ObjectsOptions {
  resources: readonly Resource[];
  network: LabNetwork;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** From 0 to below 1, for generated names. */
  random?: () => number;
}
export interface WriteOptions {
  /** Everything but the write. */
  dryRun?: boolean;
}

const immortal = new Set(['default', 'kube-system', 'kube-public']);
/** How often a generated name is tried before the collision is the client's. apiserver:pkg/registry/generic/registry/store.go. */
const namesTried = 8;

/**
 * The rules at every write, for all kinds: names, versions, generation, namespaces, defaulting, validation, deletion. Requests over HTTPS
 * and the in-process Registry both go through here. Resources are those in which the kind is stored.
 */
export class Objects {
  readonly served: ServedResources;
  readonly store = new Store();
  private readonly addresses: ServiceAddresses;
  private readonly now: () => number;
  private readonly random: () => number;
  constructor({ resources, network, now = Date.now, random = Math.random }: ObjectsOptions) {
    this.served = new ServedResources(resources);
    this.addresses = new ServiceAddresses(network, () => this.store.each('/services'));
    this.now = now;
    this.random = random;
  }

  find(resource: Resource, namespace: string, name: string): KubeObject | undefined {
    return this.store.find(collectionOf(resource), namespace, name);
  }

  get(resource: Resource, namespace: string, name: string): KubeObject {
    const found = this.find(resource, namespace, name);
    if (!found) throw notFound(resource, name);
    return found;
  }

  list(resource: Resource, namespace = ''): KubeObject[] {
    return this.store.list(collectionOf(resource), namespace);
  }

  /** Throws 403, 404 (namespace), 409, 422. */
  create(resource: Resource, sent: KubeObject, options: WriteOptions = {}): KubeObject {
    if (sent.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
    const base = !sent.metadata.name && sent.metadata.generateName;
    for (let tries = 1; ; tries += 1) {
      try {
        return this.createNamed(resource, base ? withMetadata(sent, { name: generatedName(base, this.random) }) : sent, options);
      } catch (error) {
        if (!base || tries === namesTried || !isApiError(error, 'AlreadyExists')) throw error;
      }
    }
  }

  private createNamed(resource: Resource, sent: KubeObject, { dryRun }: WriteOptions): KubeObject {
    const { name = '', namespace } = sent.metadata;
    const born: Partial<Metadata> = { uid: randomUUID(), creationTimestamp: timestamp(this.now()) };
    const { generation: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, ...given } = cleaned(sent.metadata);
    const metadata = { ...given, ...born, ...(resource.hasGeneration && { generation: 1 }) } as Metadata;
    if (!resource.namespaced) delete metadata.namespace;
    const object: KubeObject = { ...sent, apiVersion: groupVersion(resource), kind: resource.kind, metadata };
    const admitted = resource.prepareForCreate(resource.admit(resource.applyDefaults(object)));
    if (resource.namespaced) this.checkNamespace(resource, namespace ?? '', name);
    this.check(resource, admitted, resource.validate(admitted));
    if (this.find(resource, namespace ?? '', name)) throw alreadyExists(resource, name);
    const created = resource.kind === 'Service' ? this.addresses.allocate(admitted) : admitted;
    return dryRun ? created : this.store.write(collectionOf(resource), 'ADDED', created);
  }

  /** Replaces all but status. Throws 404, 409, 422. */
  update(resource: Resource, sent: KubeObject, options: WriteOptions = {}): KubeObject {
    const before = this.current(resource, sent);
    const metadata = cleaned({ ...sent.metadata, ...systemFields(before.metadata) } as Metadata);
    const object: KubeObject = { ...sent, apiVersion: before.apiVersion, kind: before.kind, metadata };
    const defaulted = resource.applyDefaults(object);
    const kept = resource.kind === 'Service' ? keepAllocated(defaulted, before) : defaulted;
    const prepared = resource.prepareForUpdate(kept, before);
    this.check(resource, prepared, [...newFinalizers(prepared, before), ...resource.validateUpdate(prepared, before)]);
    const allocated = resource.kind === 'Service' ? this.addresses.allocate(prepared) : prepared;
    const counted = resource.hasGeneration && resource.generationChanged(before, allocated);
    return this.put(
      resource,
      counted ? withMetadata(allocated, { generation: (before.metadata.generation ?? 0) + 1 }) : allocated,
      before,
      options,
    );
  }

  /** Replaces status alone. Throws 404, 409. */
  updateStatus(resource: Resource, sent: KubeObject, options: WriteOptions = {}): KubeObject {
    const before = this.current(resource, sent);
    const { status: _, ...rest } = before;
    return this.put(resource, { ...rest, ...(sent.status !== undefined && { status: sent.status }) } as KubeObject, before, options);
  }

  /** Writes an object that was made from `before` by a rule of the API itself (binding, finalize), or nothing where they are the same. */
  put(resource: Resource, object: KubeObject, before: KubeObject, { dryRun }: WriteOptions = {}): KubeObject {
    if (isReadyToGo(object, before)) return dryRun ? object : this.store.write(collectionOf(resource), 'DELETED', object, before);
    if (dryRun || sameJson(object, before)) return sameJson(object, before) ? before : object;
    return this.store.write(collectionOf(resource), 'MODIFIED', object, before);
  }

  /** Throws 403, 404, 409. */
  delete(resource: Resource, namespace: string, name: string, request: DeleteRequest = {}): Deletion {
    const before = this.get(resource, namespace, name);
    checkPreconditions(resource.group, before, request);
    if (resource.kind === 'Namespace' && immortal.has(name)) throw forbidden(resource, name, 'this namespace may not be deleted');
    const decide = resource.kind === 'Namespace' ? decideNamespaceDeletion : decideDeletion;
    const { value, object } = decide(before, request, this.now());
    if (request.dryRun || (value === 'kept' && sameJson(object, before))) return { value, object };
    return { value, object: this.store.write(collectionOf(resource), value === 'removed' ? 'DELETED' : 'MODIFIED', object, before) };
  }

  private current(resource: Resource, { metadata }: KubeObject): KubeObject {
    const before = this.get(resource, resource.namespaced ? (metadata.namespace ?? '') : '', metadata.name);
    if (metadata.uid && metadata.uid !== before.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${before.metadata.uid}`;
      throw conflict(resource, metadata.name, why);
    }
    if (metadata.resourceVersion && metadata.resourceVersion !== before.metadata.resourceVersion) throw conflict(resource, metadata.name);
    return before;
  }

  /** Admission plugin NamespaceLifecycle. */
  private checkNamespace(resource: Resource, namespace: string, name: string): void {
    const namespaces = this.served.find('Namespace');
    if (!namespaces) return;
    const { metadata } = this.get(namespaces, '', namespace);
    if (!metadata.deletionTimestamp) return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const cause = { field: 'metadata.namespace', message: `namespace ${namespace} is being terminated`, reason: 'NamespaceTerminating' };
    throw forbidden(resource, name, why, [cause]);
  }

  private check(resource: Resource, object: KubeObject, causes: Cause[]): void {
    const { name } = object.metadata;
    const nameless: Cause = {
      field: 'metadata.name',
      message: 'Required value: name or generateName is required',
      reason: 'FieldValueRequired',
    };
    const all = name ? causes : [nameless, ...causes.filter((cause) => cause.field !== 'metadata.name')];
    if (all.length > 0) throw invalid(resource.kind, resource.group, name ?? '', all);
  }
}

const withMetadata = (object: KubeObject, more: Partial<Metadata>): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, ...more },
});

/** Without what this server does not keep (managedFields) and what clients send empty (creationTimestamp: null). */
function cleaned({ managedFields: _, selfLink: __, ...metadata }: Metadata): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null && value !== undefined)) as unknown as Metadata;
}

/** What no update changes. */
function systemFields({
  uid,
  resourceVersion,
  creationTimestamp,
  generation,
  deletionTimestamp,
  deletionGracePeriodSeconds,
  namespace,
}: Metadata) {
  return { uid, resourceVersion, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds, namespace };
}

function newFinalizers(object: KubeObject, before: KubeObject): Cause[] {
  if (!before.metadata.deletionTimestamp) return [];
  const added = (object.metadata.finalizers ?? []).filter((name) => !before.metadata.finalizers?.includes(name));
  if (added.length === 0) return [];
  const list = added.map((name) => JSON.stringify(name)).join(', ');
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [{ field: 'metadata.finalizers', message, reason: 'FieldValueForbidden' }];
}
