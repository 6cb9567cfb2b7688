import { badRequest } from '../errors.ts';
import { at, type JsonObject } from '../object.ts';
import { bodyOf } from '../requests/body.ts';
import { deleteRequestOf } from '../requests/delete.ts';
import { type ApiRequest, type Backend, isDryRun } from '../requests/request.ts';

const success: JsonObject = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

/** POST pods/NAME/eviction: deletes the Pod as the options in the body say. There are no disruption budgets to ask. */
export function evict({ registry }: Backend, request: ApiRequest): JsonObject {
  const sent = bodyOf(request);
  const options = at(sent, 'deleteOptions');
  registry.deleteObject(request.resource, request.namespace, request.name, deleteRequestOf(request, (options ?? {}) as JsonObject));
  return success;
}

/** POST pods/NAME/binding, or namespaces/N/bindings: puts the Pod on a node. */
export function bindPod({ registry }: Backend, request: ApiRequest): JsonObject {
  const sent = bodyOf(request);
  const node = at(sent, 'target', 'name');
  if (typeof node !== 'string' || node === '') throw badRequest('a Binding needs target.name, the name of a node');
  registry.bind(request.namespace, request.name, node, { dryRun: isDryRun(request) });
  return success;
}
