import type { ServerResponse } from 'node:http';
import { ApiError, badRequest } from './errors.ts';
import type { KubeObject } from './object.ts';
import { collectionOf, groupVersion, type ObjectRegistry } from './object-registry.ts';
import type { ApiRequest } from './request.ts';
import { selectorOf } from './selectors.ts';
import type { Written } from './store.ts';
import { table, wantsTable } from './table.ts';

const bookmarkMs = 60_000;

/** Sends one JSON document a line for each change, until the client leaves, timeoutSeconds are over or the signal aborts. */
export function watch(registry: ObjectRegistry, request: ApiRequest, response: ServerResponse, signal: AbortSignal): void {
  const { resource, namespace, name, query, accept } = request;
  const { store } = registry;
  const collection = collectionOf(resource);
  const matches = selectorOf(resource.kind, query);
  const from = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(from))
    throw badRequest(`Invalid value: ${JSON.stringify(from)}: strconv.ParseUint: parsing ${JSON.stringify(from)}: invalid syntax`);
  const concerns = (object: KubeObject): boolean =>
    (!namespace || object.metadata.namespace === namespace) && (!name || object.metadata.name === name) && matches(object);
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  const send = (type: string, object: unknown): void => {
    response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const show = (stored: KubeObject): unknown => {
    const object = registry.fromStored(resource, stored);
    const { resourceVersion } = object.metadata;
    return wantsTable(accept) ? table([object], resource, { resourceVersion }, query.get('includeObject'), Date.now()) : object;
  };
  const bookmark = (initial = false): void =>
    send('BOOKMARK', {
      kind: resource.kind,
      apiVersion: groupVersion(resource),
      metadata: { resourceVersion: String(store.revision), ...(initial && { annotations: { 'k8s.io/initial-events-end': 'true' } }) },
    });
  const onWrite = ({ type, object, before, collection: where }: Written): void => {
    if (where !== collection) return;
    const is = concerns(object);
    const was = before !== undefined && concerns(before);
    if (type === 'DELETED' ? was : is) send(type === 'MODIFIED' && !was ? 'ADDED' : type, show(object));
    else if (was) send('DELETED', show(object));
  };
  const live = from === '' || from === '0';
  const since = live ? store.revision : Number(from);
  if (live) for (const object of store.list(collection)) if (concerns(object)) send('ADDED', show(object));
  if (query.get('sendInitialEvents') === 'true') bookmark(true);
  let stop: () => void;
  try {
    stop = store.watch(since, onWrite);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    send('ERROR', error.toStatus());
    response.end();
    return;
  }
  const bookmarks = query.get('allowWatchBookmarks') === 'true' ? setInterval(bookmark, bookmarkMs) : undefined;
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const end = (): void => {
    response.end();
  };
  const timeout = seconds ? setTimeout(end, seconds * 1000) : undefined;
  signal.addEventListener('abort', end);
  response.on('close', () => {
    stop();
    clearInterval(bookmarks);
    clearTimeout(timeout);
    signal.removeEventListener('abort', end);
  });
}
