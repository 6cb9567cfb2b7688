import { selectorText } from '../resources/label-selector.ts';
import { badRequest, conflict, notFound, unsupportedMediaType } from './errors.ts';
import { at, clean, isObject, type Json, type JsonObject, type KubeObject } from './object.ts';
import type { ObjectRegistry, WriteOptions } from './object-registry.ts';
import { jsonPatch, mergePatch } from './patch.ts';
import type { DeleteOptions } from './registry.ts';
import { type ApiRequest, bodyOf, objectOf } from './request.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

/** Names what is unknown or of a wrong type in a sent object; see cluster/resources/fields.ts. */
export type CheckFields = (object: JsonObject) => { unknown: string[]; wrongType?: string };

/** What the verbs work with. `warnings` collects sentences for the Warning headers of one answer. */
export interface VerbContext {
  registry: ObjectRegistry;
  checkFields: CheckFields;
  warnings: string[];
}

const isDry = ({ query }: ApiRequest): boolean => query.get('dryRun') === 'All';

/** Strict: refused; Warn (the default): said; Ignore: nothing. */
function checkStrictly(context: VerbContext, { query, resource }: ApiRequest, object: JsonObject): void {
  const { unknown, wrongType } = context.checkFields(object);
  const about = `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}`;
  if (wrongType) throw badRequest(`${about}: ${wrongType}`);
  const mode = query.get('fieldValidation') || 'Warn';
  const complaints = unknown.map((field) => `unknown field "${field}"`);
  if (mode === 'Strict' && complaints.length > 0) throw badRequest(`${about}: strict decoding error: ${complaints.join(', ')}`);
  if (mode === 'Warn') context.warnings.push(...complaints);
}

export async function create(context: VerbContext, request: ApiRequest): Promise<KubeObject> {
  const sent = await objectOf(request);
  checkStrictly(context, request, sent);
  return createFrom(context, request, sent);
}

function createFrom(context: VerbContext, request: ApiRequest, sent: JsonObject & { metadata: JsonObject }): KubeObject {
  const { resource, namespace } = request;
  const asked = sent.metadata.namespace;
  if (resource.namespaced && asked && asked !== namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  const object = { ...sent, metadata: { ...sent.metadata, ...(resource.namespaced && { namespace }) } } as unknown as KubeObject;
  const created = context.registry.createObject(resource, object, { dryRun: isDry(request) });
  context.warnings.push(...resource.warnings(created));
  return created;
}

/** The object as /scale shows it (autoscaling/v1). */
function scaleOf({ metadata: { name, namespace = '', uid, resourceVersion, creationTimestamp }, ...object }: KubeObject): KubeObject {
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: Number(at(object, 'spec', 'replicas') ?? 0) },
    status: {
      replicas: Number(at(object, 'status', 'replicas') ?? 0),
      selector: selectorText(at(object, 'spec', 'selector') as Parameters<typeof selectorText>[0]),
    },
  };
}

const current = ({ registry }: VerbContext, { resource, namespace, name }: ApiRequest): KubeObject =>
  registry.fromStored(resource, registry.getObject(resource, namespace, name));

export function get(context: VerbContext, request: ApiRequest): KubeObject {
  const { resource, subresource, name } = request;
  if (subresource !== '' && !resource.subresources.includes(subresource)) throw notFound(resource, name);
  if (!['', 'scale', 'status'].includes(subresource)) throw notFound(resource, name);
  const object = current(context, request);
  return subresource === 'scale' ? scaleOf(object) : object;
}

/** The main resource never touches status, /status touches nothing else, /scale only replicas. */
function write(context: VerbContext, request: ApiRequest, changed: KubeObject): KubeObject {
  const { resource, subresource, namespace, name } = request;
  const options: WriteOptions = { dryRun: isDry(request) };
  if (subresource === 'scale') {
    const before = current(context, request);
    const { resourceVersion } = changed.metadata;
    if (resourceVersion && resourceVersion !== before.metadata.resourceVersion) throw conflict(resource, name);
    const after = { ...before, spec: { ...(before.spec as object), replicas: at(changed, 'spec', 'replicas') ?? 0 } };
    return scaleOf(context.registry.updateObject(resource, after, options));
  }
  if (subresource !== '' && subresource !== 'status') throw notFound(resource, name);
  const sentName = changed.metadata.name || name;
  if (sentName !== name) throw badRequest(`the name of the object (${sentName}) does not match the name on the URL (${name})`);
  const object = { ...changed, metadata: { ...changed.metadata, name, ...(resource.namespaced && { namespace }) } };
  const written = context.registry.updateObject(resource, object, subresource === 'status' ? { ...options, subresource } : options);
  if (subresource === '') context.warnings.push(...resource.warnings(written));
  return written;
}

export async function replace(context: VerbContext, request: ApiRequest): Promise<KubeObject> {
  if (request.subresource === 'scale') return write(context, request, (await bodyOf(request)) as unknown as KubeObject);
  const sent = await objectOf(request);
  checkStrictly(context, request, sent);
  return write(context, request, sent as unknown as KubeObject);
}

const patches: Record<string, (target: Json, patch: Json) => Json> = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': strategicMergePatch,
  // Without field ownership: what was left out stays. Enough for kubectl apply --server-side.
  'application/apply-patch+yaml': (target, patch) => strategicMergePatch(target, dropManaged(patch)),
};

function dropManaged(patch: Json): Json {
  if (!isObject(patch) || !isObject(patch.metadata)) return patch;
  const { managedFields: _managed, ...metadata } = patch.metadata;
  return { ...patch, metadata };
}

export async function patch(context: VerbContext, request: ApiRequest): Promise<KubeObject> {
  const apply = patches[request.contentType];
  if (!apply) throw unsupportedMediaType(request.contentType);
  const sent = await bodyOf(request.contentType.endsWith('yaml') ? request : { ...request, contentType: 'application/json' });
  const { resource, namespace, name } = request;
  if (request.contentType.includes('apply-patch') && !context.registry.findObject(resource, namespace, name) && isObject(sent)) {
    checkStrictly(context, request, sent);
    return createFrom(context, request, { ...sent, metadata: isObject(sent.metadata) ? sent.metadata : {} });
  }
  const before = current(context, request);
  const shown = request.subresource === 'scale' ? scaleOf(before) : before;
  const changed = apply(structuredClone(shown) as unknown as Json, sent);
  if (!isObject(changed) || !isObject(changed.metadata)) throw badRequest('the patch does not leave an object');
  if (request.subresource === '') checkStrictly(context, request, clean(changed));
  // A patch that does not name a version is applied to whatever is there now.
  const asked = isObject(sent) ? at(sent, 'metadata', 'resourceVersion') : undefined;
  const { resourceVersion: _now, ...metadata } = changed.metadata;
  return write(context, request, {
    ...changed,
    metadata: { ...metadata, ...(typeof asked === 'string' && { resourceVersion: asked }) },
  } as unknown as KubeObject);
}

/** Options come in the body or in the query. */
async function deleteOptions(request: ApiRequest): Promise<DeleteOptions> {
  const sent = await bodyOf(request);
  const grace = at(sent, 'gracePeriodSeconds') ?? request.query.get('gracePeriodSeconds') ?? undefined;
  const policy =
    at(sent, 'propagationPolicy') ??
    request.query.get('propagationPolicy') ??
    (at(sent, 'orphanDependents') === true ? 'Orphan' : undefined);
  const uid = at(sent, 'preconditions', 'uid');
  return {
    ...(grace !== undefined && { gracePeriodSeconds: Number(grace) }),
    ...(typeof policy === 'string' && { propagationPolicy: policy as NonNullable<DeleteOptions['propagationPolicy']> }),
    ...(typeof uid === 'string' && { uid }),
  };
}

export async function remove(context: VerbContext, request: ApiRequest): Promise<JsonObject> {
  const options = await deleteOptions(request);
  const dryRun = isDry(request) || at(await bodyOf(request), 'dryRun', 0) === 'All';
  const { resource, namespace, name } = request;
  const { object, gone } = context.registry.deleteObject(resource, namespace, name, { ...options, dryRun });
  if (!gone || resource.kind === 'Pod' || resource.kind === 'Service')
    return context.registry.fromStored(resource, object) as unknown as JsonObject;
  const details = { name, ...(resource.group && { group: resource.group }), kind: resource.plural, uid: object.metadata.uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** POST …/eviction: deletes the Pod with the options given. */
export async function evict(context: VerbContext, request: ApiRequest): Promise<JsonObject> {
  const sent = await bodyOf(request);
  const grace = at(sent, 'deleteOptions', 'gracePeriodSeconds');
  context.registry.deleteObject(request.resource, request.namespace, request.name, {
    dryRun: isDry(request),
    ...(typeof grace === 'number' && { gracePeriodSeconds: grace }),
  });
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}

/** POST …/binding: puts the Pod on a node. */
export async function bindPod(context: VerbContext, request: ApiRequest): Promise<JsonObject> {
  const node = at(await bodyOf(request), 'target', 'name');
  if (typeof node !== 'string') throw badRequest('a binding needs target.name');
  context.registry.bind(request.namespace, request.name, node);
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}
