import type { Resource } from '../../resources/resource.ts';
import type { JsonObject } from '../object.ts';
import { groupVersion } from '../store/served-resources.ts';
import { digest } from './discovery.ts';

/**
 * /openapi/v3/…: enough for kubectl to leave validation to the server: that PATCH of the kind takes fieldValidation. Without it `apply` and
 * `create -f` fail; there are no schemas, so `kubectl explain` has nothing to say.
 */
export function openapi(resources: readonly Resource[], group: string, version: string): JsonObject | undefined {
  const found = resources.filter((one) => one.group === group && one.version === version);
  if (found.length === 0) return undefined;
  const paths = found.map((one): [string, JsonObject] => {
    const place = one.namespaced ? 'namespaces/{namespace}/' : '';
    const patch: JsonObject = {
      parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
      'x-kubernetes-group-version-kind': { group, version, kind: one.kind },
      responses: {},
    };
    return [`/${group ? 'apis' : 'api'}/${groupVersion(one)}/${place}${one.plural}/{name}`, { patch }];
  });
  return { openapi: '3.0.0', info: { title: 'shoplab', version: '1' }, paths: Object.fromEntries(paths) };
}

/** /openapi/v3: where the documents are. kubectl keeps them by the hash in the address. */
export function openapiIndex(resources: readonly Resource[]): JsonObject {
  const paths: JsonObject = {};
  for (const { group, version } of resources) {
    const path = `${group ? 'apis' : 'api'}/${groupVersion({ group, version })}`;
    paths[path] ??= { serverRelativeURL: `/openapi/v3/${path}?hash=${digest(openapi(resources, group, version) ?? {})}` };
  }
  return { paths };
}

/**
 * /openapi/v2: a document without definitions. kubectl looks the items of a List up in it, and leaves those that it does not find to the server;
 * without a document it refuses every List.
 */
export const openapiV2: JsonObject = { swagger: '2.0', info: { title: 'shoplab', version: '1' }, paths: {} };
/** The same in protobuf (gnostic's openapi.v2.Document: swagger, info.title and info.version), as kubectl asks for it. */
export const openapiV2Protobuf = '\n\x032.0\x12\x0c\n\x07shoplab\x12\x011';
export const openapiV2Type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
