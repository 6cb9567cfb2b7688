import { methodNotAllowed, unknownPath } from '../errors.ts';
import type { KubeObject } from '../object.ts';
import { bindPod, evict } from '../subresources/pod-actions.ts';
import { collection, removeCollection } from './collection.ts';
import { remove } from './delete.ts';
import type { Answer, ApiRequest, Backend } from './request.ts';
import { table, wantsTable } from './table.ts';
import * as verbs from './verbs.ts';

/** Answers what is asked of a resource and ends at once: all but watches, logs, proxies and streams. Throws ApiError. */
export function answer(backend: Backend, method: string, request: ApiRequest): Answer {
  const { name, subresource, resource } = request;
  if (subresource !== '' && !resource.subresources.includes(subresource)) throw unknownPath();
  if (name === '') return ofCollection(backend, method, request);
  if (subresource === 'eviction' || subresource === 'binding') {
    if (method !== 'POST') throw methodNotAllowed();
    return { code: 201, body: subresource === 'eviction' ? evict(backend, request) : bindPod(backend, request) };
  }
  if (method === 'GET') return one(request, verbs.get(backend, request));
  if (method === 'PUT') return one(request, verbs.replace(backend, request));
  if (method === 'PATCH') return one(request, verbs.patch(backend, request));
  if (method === 'DELETE' && subresource === '') return { body: remove(backend, request) };
  throw methodNotAllowed();
}

function ofCollection(backend: Backend, method: string, request: ApiRequest): Answer {
  // All namespaces at once can be read only.
  if (method !== 'GET' && request.resource.namespaced && request.namespace === '') throw methodNotAllowed();
  if (method === 'POST') return one(request, verbs.create(backend, request), 201);
  if (method === 'DELETE') return { body: removeCollection(backend, request) };
  if (method !== 'GET') throw methodNotAllowed();
  const found = collection(backend, request);
  const { accept, resource, query } = request;
  return { body: wantsTable(accept) ? table(found.items, resource, found.metadata, query.get('includeObject')) : found };
}

function one({ accept, resource, query }: ApiRequest, object: KubeObject, code = 200): Answer {
  const { resourceVersion } = object.metadata;
  const isRow = wantsTable(accept) && object.kind === resource.kind;
  return { code, body: isRow ? table([object], resource, { resourceVersion }, query.get('includeObject')) : object };
}
