import { randomUUID } from 'node:crypto';
import type { LabNetwork } from '../../network.ts';
import type { Cause, Resource } from '../../resources/resource.ts';
import { alreadyExists, badRequest, conflict, forbidden, invalid, isApiError, notFound, terminating } from '../errors.ts';
import { clean, type KubeObject, type Metadata, sameJson, timestamp } from '../object.ts';
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
    const found = this.store.find(collectionOf(resource), resource.namespaced ? namespace : '', name);
    return found && this.shown(resource, found);
  }

  get(resource: Resource, namespace: string, name: string): KubeObject {
    const found = this.find(resource, namespace, name);
    if (!found) throw notFound(resource, name);
    return found;
  }

  /** Sorted by namespace and name. */
  list(resource: Resource, namespace = ''): KubeObject[] {
    return this.store.list(collectionOf(resource), namespace).map((object) => this.shown(resource, object));
  }

  /** A stored object as this version of the kind has it. */
  shown(resource: Resource, object: KubeObject): KubeObject {
    return resource.conversion?.fromStored(object) ?? object;
  }

  /** Throws 403, 404 (namespace), 409, 422. */
  create(resource: Resource, sent: KubeObject, options: WriteOptions = {}): KubeObject {
    const { conversion } = resource;
    if (conversion) {
      const object = conversion.toStored(resource.applyDefaults(clean(sent)));
      return conversion.fromStored(this.create(this.served.stored(resource), object, options));
    }
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
    const { name = '' } = sent.metadata;
    const namespace = resource.namespaced ? sent.metadata.namespace || 'default' : '';
    const { generation: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, namespace: ____, ...given } = kept(sent.metadata);
    const metadata = {
      ...given,
      ...(namespace && { namespace }),
      uid: randomUUID(),
      creationTimestamp: timestamp(this.now()),
      ...(resource.hasGeneration && { generation: 1 }),
    } as Metadata;
    const object = clean<KubeObject>({ ...sent, apiVersion: groupVersion(resource), kind: resource.kind, metadata });
    if (namespace) this.checkNamespace(resource, namespace, name);
    const admitted = clean(resource.prepareForCreate(resource.admit(resource.applyDefaults(object))));
    this.check(resource, admitted, resource.validate(admitted));
    if (this.find(resource, namespace, name)) throw alreadyExists(resource, name);
    const created = isService(resource) ? this.addresses.allocate(admitted) : admitted;
    return dryRun ? created : this.store.write(collectionOf(resource), 'ADDED', created);
  }

  /** Replaces all but status. Throws 404, 409, 422. */
  update(resource: Resource, sent: KubeObject, options: WriteOptions = {}): KubeObject {
    const { conversion } = resource;
    if (conversion) {
      const object = conversion.toStored(resource.applyDefaults(clean(sent)));
      return conversion.fromStored(this.update(this.served.stored(resource), object, options));
    }
    const before = this.current(resource, sent);
    const metadata = { ...kept(sent.metadata), ...systemFields(before.metadata) } as Metadata;
    const object = resource.applyDefaults(clean<KubeObject>({ ...sent, apiVersion: before.apiVersion, kind: before.kind, metadata }));
    const prepared = clean(resource.prepareForUpdate(isService(resource) ? keepAllocated(object, before) : object, before));
    this.check(resource, prepared, [...newFinalizers(prepared, before), ...resource.validateUpdate(prepared, before)]);
    const allocated = isService(resource) ? this.addresses.allocate(prepared) : prepared;
    const counted = resource.hasGeneration && resource.generationChanged(before, allocated);
    const generation = (before.metadata.generation ?? 0) + 1;
    return this.put(resource, counted ? withMetadata(allocated, { generation }) : allocated, before, options);
  }

  /** Replaces status alone. Throws 404, 409. */
  updateStatus(resource: Resource, sent: KubeObject, options: WriteOptions = {}): KubeObject {
    const { conversion } = resource;
    if (conversion) return conversion.fromStored(this.updateStatus(this.served.stored(resource), conversion.toStored(sent), options));
    const before = this.current(resource, sent);
    const { status: _, ...rest } = before;
    // Annotations go with status: the Deployment controller writes its revision so (registry/apps/deployment/strategy.go).
    const { annotations = before.metadata.annotations } = sent.metadata;
    const metadata = { ...before.metadata, annotations };
    return this.put(resource, clean({ ...rest, metadata, status: sent.status }) as KubeObject, before, options);
  }

  /** Writes an object that was made from `before` by a rule of the API itself (binding, finalize), or nothing where they are the same. */
  put(resource: Resource, object: KubeObject, before: KubeObject, { dryRun }: WriteOptions = {}): KubeObject {
    const gone = isReadyToGo(object, before);
    if (!gone && sameJson(object, before)) return before;
    return dryRun ? object : this.store.write(collectionOf(resource), gone ? 'DELETED' : 'MODIFIED', object, before);
  }

  /** Throws 403, 404, 409. */
  delete(resource: Resource, namespace: string, name: string, request: DeleteRequest = {}): Deletion {
    const { conversion } = resource;
    if (conversion) {
      const { value, object } = this.delete(this.served.stored(resource), namespace, name, request);
      return { value, object: conversion.fromStored(object) };
    }
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
    if (this.get(namespaces, '', namespace).metadata.deletionTimestamp) throw terminating(resource, name, namespace);
  }

  private check(resource: Resource, object: KubeObject, causes: Cause[]): void {
    const { name } = object.metadata;
    const nameless: Cause = {
      field: 'metadata.name',
      message: 'Required value: name or generateName is required',
      reason: 'FieldValueRequired',
    };
    const all = name ? causes : [nameless, ...causes.filter((cause) => cause.field !== 'metadata.name')];
    if (all.length > 0) throw invalid(resource, name ?? '', all);
  }
}

const withMetadata = (object: KubeObject, more: Partial<Metadata>): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, ...more },
});

/** Without what this server does not keep. */
const kept = ({ managedFields: _, selfLink: __, ...metadata }: Metadata): Omit<Metadata, 'managedFields' | 'selfLink'> => metadata;

const isService = (resource: Resource): boolean => resource.kind === 'Service' && resource.group === '';

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
