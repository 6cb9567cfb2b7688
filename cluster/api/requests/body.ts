import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { ApiError, badRequest, unsupportedMediaType } from '../errors.ts';
import { clean, isObject, type Json, type JsonObject, type KubeObject } from '../object.ts';
import { decodeProtobuf, protobufType } from '../protobuf/decode.ts';
import { groupVersion } from '../store/served-resources.ts';
import type { ApiRequest } from './request.ts';

const maxBodyBytes = 3 * 1024 * 1024;

/** The whole body. Throws 413 beyond 3 MiB, as the real server does. */
export async function readWhole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed when this throws: the client is to have its answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${maxBodyBytes}`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The body as JSON, from JSON, YAML or protobuf; `{}` where there is none. Throws 400, 415. */
export function bodyOf({ body, contentType }: Pick<ApiRequest, 'body' | 'contentType'>): Json {
  if (body.length === 0) return {};
  if (contentType === protobufType) return decodeProtobuf(body);
  const text = body.toString('utf8');
  try {
    if (/yaml$/.test(contentType)) return parse(text) as Json;
    if (contentType !== '' && !/json$/.test(contentType)) throw unsupportedMediaType(contentType);
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}

/** The body as an object of the request's kind, named as the path names it. Throws 400 where it says otherwise. */
export function objectOf(request: ApiRequest, sent: Json = bodyOf(request)): KubeObject {
  const { resource, namespace, name } = request;
  if (!isObject(sent)) throw badRequest('the body of the request is not an object');
  const expected = { apiVersion: groupVersion(resource), kind: resource.kind };
  const { apiVersion = expected.apiVersion, kind = expected.kind } = sent;
  if (apiVersion !== expected.apiVersion || kind !== expected.kind) {
    const [got, wanted] = [`${apiVersion}, Kind=${kind}`, `${expected.apiVersion}, Kind=${expected.kind}`];
    throw badRequest(`the API version in the data (${got}) does not match the expected API version (${wanted})`);
  }
  const metadata: JsonObject = isObject(sent.metadata) ? sent.metadata : {};
  if (resource.namespaced && metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (name && (metadata.name ?? name) !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  return clean({
    ...sent,
    ...expected,
    metadata: { ...metadata, ...(name && { name }), ...(resource.namespaced && { namespace }) },
  }) as unknown as KubeObject;
}
