import type { NodeApi } from '../../kubelet/node-api.ts';
import type { PodsAre } from '../../resources/not-honoured.ts';
import type { Resource } from '../../resources/resource.ts';
import { ApiError, badRequest } from '../errors.ts';
import type { JsonObject } from '../object.ts';
import type { ObjectRegistry } from '../object-registry.ts';

/** What requests are answered from. */
export interface Backend {
  registry: ObjectRegistry;
  /** The node's half: logs, exec, connections, metrics; undefined until the kubelet is up. */
  node(): NodeApi | undefined;
  /** Names what is unknown or of a wrong type in a sent object: cluster/resources/fields.ts. */
  checkFields(object: JsonObject): { unknown: string[]; wrongType?: string };
  /** `processes` if absent: what can be honoured of a Pod's spec depends on it. */
  podsAre?: PodsAre;
}

/** What path and query of one request ask for. */
export interface ApiRequest {
  resource: Resource;
  /** '' for all, or for kinds without one. */
  namespace: string;
  /** '' for the collection. */
  name: string;
  subresource: string;
  /** What follows the subresource, with its slash and as it was sent: the path of /proxy. */
  rest: string;
  query: URLSearchParams;
  contentType: string;
  accept: string;
  body: Buffer;
  /** Sentences for the Warning headers of the answer. */
  warnings: string[];
}

/** An answer that is not streamed. */
export interface Answer {
  code?: number;
  body: unknown;
  /** Content type; JSON if absent. A body of another type is a string. */
  type?: string;
  etag?: string;
}

export interface ResourcePath {
  group: string;
  version: string;
  namespace: string;
  plural: string;
  name: string;
  subresource: string;
  rest: string;
}

/** Group, version, namespace, plural, name, subresource; the namespace of a Namespace's own path is its name. */
const route =
  /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+)(?=\/(?!(?:status|finalize)$)[^/]))?\/([^/]+)(?:\/([^/]+)(?:\/([^/]+)(\/.*)?)?)?\/?$/;

/** The parts of a path, decoded; undefined where it is none of a resource's. Throws 400 where it is not well encoded. */
export function parsePath(path: string): ResourcePath | undefined {
  const parts = route.exec(path);
  if (!parts) return undefined;
  try {
    const [group = '', version = '', namespace = '', plural = '', name = '', subresource = ''] = parts
      .slice(1, 7)
      .map((part) => decodeURIComponent(part ?? ''));
    return { group, version, namespace, plural, name, subresource, rest: parts[7] ?? '' };
  } catch {
    throw badRequest(`the path ${path} is not well encoded`);
  }
}

export const isDryRun = ({ query }: Pick<ApiRequest, 'query'>): boolean => {
  const asked = query.getAll('dryRun').filter(Boolean);
  const odd = asked.find((each) => each !== 'All');
  if (odd !== undefined)
    throw new ApiError(400, 'BadRequest', `Invalid value: "${odd}": dryRun: Unsupported value: supported values: "All"`);
  return asked.length > 0;
};

/** A version as clients hand it back: '' where they give none. Throws 400 where it is no number. */
export function resourceVersionOf(query: URLSearchParams): string {
  const sent = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(sent))
    throw badRequest(`Invalid value: ${JSON.stringify(sent)}: strconv.ParseUint: parsing ${JSON.stringify(sent)}: invalid syntax`);
  return sent;
}

/** A whole number of the query, undefined where absent. Throws 400. */
export function numberOf(query: URLSearchParams, field: string): number | undefined {
  const sent = query.get(field);
  if (sent === null || sent === '') return undefined;
  if (!/^-?\d+$/.test(sent)) throw badRequest(`Invalid value: ${JSON.stringify(sent)}: ${field} must be a whole number`);
  return Number(sent);
}
