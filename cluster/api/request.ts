import type { IncomingMessage } from 'node:http';
import type { Resource } from '../resources/resource.ts';
import { ApiError, badRequest, unsupportedMediaType } from './errors.ts';
import { isObject, type Json, type JsonObject } from './object.ts';

/** What the path, the query and the body of one request ask for. */
export interface ApiRequest {
  resource: Resource;
  /** '' for all, or for kinds without one. */
  namespace: string;
  /** '' for the collection. */
  name: string;
  subresource: string;
  /** What follows the subresource: the path of /proxy. */
  rest: string;
  query: URLSearchParams;
  contentType: string;
  accept: string;
  body: Buffer;
}

/** Group, version, namespace, plural, name, subresource; the namespace of a Namespace's own path is its name. */
const route =
  /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+)(?=\/(?!(?:status|finalize)$)))?\/([^/]+)(?:\/([^/]+)(?:\/([^/]+)(\/.*)?)?)?\/?$/;

/** The parts of a path, decoded; undefined where it is none of a resource's. */
export function parsePath(
  path: string,
): { group: string; version: string; namespace: string; plural: string; name: string; subresource: string; rest: string } | undefined {
  const parts = route.exec(path);
  if (!parts) return undefined;
  const [, group = '', version = '', namespace = '', plural = '', name = '', subresource = '', rest = ''] = parts;
  const decoded = [group, version, namespace, plural, name, subresource].map(decodeURIComponent) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    group: decoded[0],
    version: decoded[1],
    namespace: decoded[2],
    plural: decoded[3],
    name: decoded[4],
    subresource: decoded[5],
    rest,
  };
}

const maxBodyBytes = 3 * 1024 * 1024;

/** The whole body. Throws 413 beyond 3 MiB, as the real server does. */
export async function readWhole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${maxBodyBytes}`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The body as JSON; `{}` where there is none. Throws 400, 415. */
export async function bodyOf({ body, contentType }: Pick<ApiRequest, 'body' | 'contentType'>): Promise<Json> {
  if (body.length === 0) return {};
  if (/yaml$/.test(contentType)) {
    const { parse } = await import('yaml');
    return parse(body.toString('utf8')) as Json;
  }
  if (contentType !== '' && !/json$/.test(contentType)) throw unsupportedMediaType(contentType);
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}

/** The body as an object with metadata. */
export async function objectOf(request: ApiRequest): Promise<JsonObject & { metadata: JsonObject }> {
  const sent = await bodyOf(request);
  if (!isObject(sent)) throw badRequest('the body of the request is not an object');
  const { apiVersion, kind } = sent;
  const expected = {
    apiVersion: request.resource.group ? `${request.resource.group}/${request.resource.version}` : request.resource.version,
    kind: request.resource.kind,
  };
  if ((apiVersion !== undefined && apiVersion !== expected.apiVersion) || (kind !== undefined && kind !== expected.kind)) {
    const got = `${apiVersion ?? ''}, Kind=${kind ?? ''}`;
    throw badRequest(
      `the API version in the data (${got}) does not match the expected API version (${expected.apiVersion}, Kind=${expected.kind})`,
    );
  }
  return { ...sent, ...expected, metadata: isObject(sent.metadata) ? sent.metadata : {} };
}
