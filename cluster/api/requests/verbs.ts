import { ApiError, badRequest, methodNotAllowed, notFound, unsupportedMediaType } from '../errors.ts';
import { isObject, type Json, type JsonObject, type KubeObject } from '../object.ts';
import { jsonPatch } from '../patches/json-patch.ts';
import { mergePatch } from '../patches/merge-patch.ts';
import { strategicMergePatch } from '../patches/strategic-merge-patch.ts';
import { bodyOf, objectOf } from './body.ts';
import { checked } from './field-validation.ts';
import { type ApiRequest, type Backend, isDryRun, resourceVersionOf } from './request.ts';
import { scaled, scaleOf } from './scale.ts';

const written = ['', 'status', 'scale'];

const current = ({ registry }: Backend, { resource, namespace, name }: ApiRequest): KubeObject =>
  registry.getObject(resource, namespace, name);

function warn({ podsAre = 'processes' }: Backend, { resource, warnings, subresource }: ApiRequest, object: KubeObject): KubeObject {
  if (subresource === '') warnings.push(...resource.warnings(object, podsAre));
  return object;
}

/** POST to a collection. */
export function create(backend: Backend, request: ApiRequest, sent = objectOf(request)): KubeObject {
  const object = checked(backend, request, sent);
  return warn(backend, request, backend.registry.createObject(request.resource, object, { dryRun: isDryRun(request) }));
}

/** GET of one object, or of it as /status or /scale. */
export function get(backend: Backend, request: ApiRequest): KubeObject {
  if (!written.includes(request.subresource)) throw methodNotAllowed();
  resourceVersionOf(request.query);
  const object = current(backend, request);
  return request.subresource === 'scale' ? scaleOf(object) : object;
}

/** PUT. */
export function replace(backend: Backend, request: ApiRequest): KubeObject {
  const { resource, subresource, name } = request;
  const sent = bodyOf(request);
  if (subresource === 'scale') return writeScale(backend, request, sent);
  const object = objectOf(request, sent);
  if (resource.kind === 'Namespace' && subresource === 'finalize') {
    const finalizers = isObject(object.spec) && Array.isArray(object.spec.finalizers) ? object.spec.finalizers.map(String) : [];
    return backend.registry.finalizeNamespace(name, finalizers);
  }
  return write(backend, request, checked(backend, request, object));
}

function writeScale(backend: Backend, request: ApiRequest, scale: Json): KubeObject {
  if (!isObject(scale)) throw badRequest('the body of the request is not an object');
  const after = scaled(current(backend, request), scale as unknown as KubeObject);
  return scaleOf(backend.registry.updateObject(request.resource, after, { dryRun: isDryRun(request) }));
}

/** The main resource never touches status, /status touches nothing else. */
function write(backend: Backend, request: ApiRequest, object: KubeObject): KubeObject {
  const { resource, subresource } = request;
  if (!written.includes(subresource)) throw methodNotAllowed();
  const options = { dryRun: isDryRun(request), ...(subresource === 'status' && ({ subresource } as const)) };
  return warn(backend, request, backend.registry.updateObject(resource, object, options));
}

const applyType = 'application/apply-patch+yaml';
const patches: Record<string, (target: Json, patch: Json) => Json> = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': strategicMergePatch,
  [applyType]: (target, sent) => strategicMergePatch(target, withoutManagedFields(sent)),
};
const merged =
  'server-side apply merges here without field ownership: what an earlier apply set and this one leaves out stays, and there are no conflicts';

function withoutManagedFields(sent: Json): Json {
  if (!isObject(sent) || !isObject(sent.metadata)) return sent;
  const { managedFields: _, ...metadata } = sent.metadata;
  return { ...sent, metadata };
}

/** PATCH, in any of the four forms. Server-side apply creates what is absent. */
export function patch(backend: Backend, request: ApiRequest): KubeObject {
  const apply = patches[request.contentType];
  if (!apply) throw unsupportedMediaType(request.contentType);
  const sent = bodyOf(request);
  const { resource, subresource, namespace, name } = request;
  if (request.contentType === applyType) {
    if (!request.query.get('fieldManager')) {
      const cause = { field: 'fieldManager', message: 'Required value: is required for apply patch', reason: 'FieldValueRequired' };
      throw new ApiError(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: ${cause.field}: ${cause.message}`, { causes: [cause] });
    }
    if (!backend.registry.findObject(resource, namespace, name)) {
      if (subresource !== '') throw notFound(resource, name);
      return create(backend, request, objectOf(request, withoutManagedFields(sent)));
    }
    request.warnings.push(merged);
  }
  const before = get(backend, request);
  const changed = apply(before as unknown as Json, sent);
  if (!isObject(changed)) throw badRequest('the patch does not leave an object');
  if (subresource === 'scale') return writeScale(backend, request, versioned(changed, before));
  const object = objectOf(request, versioned(changed, before));
  return write(backend, request, checked(backend, request, object, true));
}

/** A patch that takes the version away, as one that does not name it, is made of what is there now. */
function versioned(changed: JsonObject, before: KubeObject): JsonObject {
  const metadata = isObject(changed.metadata) ? changed.metadata : {};
  return { ...changed, metadata: { ...metadata, resourceVersion: metadata.resourceVersion ?? before.metadata.resourceVersion } };
}
