import { ApiError, badRequest, expired, isApiError } from '../errors.ts';
import { at, type JsonObject, type KubeObject } from '../object.ts';
import { groupVersion } from '../store/served-resources.ts';
import { deleteRequestOf, remove } from './delete.ts';
import { type ApiRequest, type Backend, numberOf, resourceVersionOf } from './request.ts';
import { selectorOf } from './selectors.ts';

export interface Collection {
  kind: string;
  apiVersion: string;
  metadata: JsonObject;
  items: KubeObject[];
}

/** Where a list goes on: after which object, at which version it began. */
interface Place {
  after: string;
  version: number;
}
const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
const tokenOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

function placeOf(token: string | null, oldest: number): Place | undefined {
  if (!token) return undefined;
  let sent: unknown;
  try {
    sent = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw badRequest('continue key is not valid: it is none that this server gave');
  }
  const [after, version] = [at(sent, 'after'), at(sent, 'version')];
  if (typeof after !== 'string' || typeof version !== 'number')
    throw badRequest('continue key is not valid: it is none that this server gave');
  if (version < oldest) {
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }
  return { after, version };
}

/** 504 where a client has seen more than this server: it knew another one. 410 where exactly an older state is asked for. */
function checkVersion(query: URLSearchParams, revision: number): void {
  const asked = Number(resourceVersionOf(query));
  checkNotFuture(asked, revision);
  if (query.get('resourceVersionMatch') === 'Exact' && asked !== revision) {
    throw expired(`The resourceVersion for the provided list is too old: ${asked} (${revision}); only the state of now is kept`);
  }
}

export function checkNotFuture(asked: number, revision: number): void {
  if (asked <= revision) return;
  const details = { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 };
  throw new ApiError(504, 'Timeout', `Too large resource version: ${asked}, current: ${revision}`, details);
}

/** GET of a collection: what matches the selectors, in order of namespace and name, a page at a time where asked. */
export function collection({ registry }: Backend, { resource, namespace, query }: ApiRequest): Collection {
  const { store } = registry;
  checkVersion(query, store.revision);
  const place = placeOf(query.get('continue'), store.oldest);
  const all = registry.listObjects(resource, namespace).filter(selectorOf(resource.kind, query));
  const rest = place ? all.filter((object) => keyOf(object) > place.after) : all;
  const limit = numberOf(query, 'limit') || rest.length;
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  // A watch from the version of the first page tells what changed while the others were read.
  const version = place?.version ?? store.revision;
  const selected = query.get('labelSelector') || query.get('fieldSelector');
  const more = rest.length > limit &&
    last && {
      continue: tokenOf({ after: keyOf(last), version }),
      ...(!selected && { remainingItemCount: rest.length - limit }),
    };
  const metadata = { resourceVersion: String(version), ...more };
  return { kind: `${resource.kind}List`, apiVersion: groupVersion(resource), metadata, items };
}

/** DELETE of a collection: answers what it was. */
export function removeCollection(backend: Backend, request: ApiRequest): Collection {
  const found = collection(backend, request);
  const options = deleteRequestOf(request);
  for (const { metadata } of found.items) {
    try {
      remove(backend, { ...request, name: metadata.name, namespace: metadata.namespace ?? '' }, options);
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error; // a controller that heard of the one before was faster
    }
  }
  return found;
}
