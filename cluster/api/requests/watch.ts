import type { ServerResponse } from 'node:http';
import { ApiError } from '../errors.ts';
import type { KubeObject } from '../object.ts';
import { groupVersion } from '../store/served-resources.ts';
import { collectionOf, type Write } from '../store/store.ts';
import { checkNotFuture } from './collection.ts';
import { type ApiRequest, type Backend, numberOf, resourceVersionOf } from './request.ts';
import { selectorOf } from './selectors.ts';
import { table, wantsTable } from './table.ts';

const bookmarkMs = 60_000;
/** What a client may leave unread; beyond it is cut off, and lists again when it comes back. */
const unreadBytes = 16 * 1024 * 1024;

export const wantsWatch = (query: URLSearchParams): boolean => /^(1|true)$/.test(query.get('watch') ?? '');

/** Sends one JSON document a line for each change, until the client leaves, timeoutSeconds are over or the signal aborts. */
export function watch({ registry }: Backend, request: ApiRequest, response: ServerResponse, signal: AbortSignal): void {
  const { resource, namespace, name, query, accept } = request;
  const { store } = registry;
  const matches = selectorOf(resource.kind, query);
  const from = resourceVersionOf(query);
  const seconds = numberOf(query, 'timeoutSeconds') ?? 0;
  const concerns = (object: KubeObject): boolean =>
    (!namespace || object.metadata.namespace === namespace) && (!name || object.metadata.name === name) && matches(object);
  const send = (type: string, object: unknown): void => {
    response.write(`${JSON.stringify({ type, object })}\n`);
    if (response.writableLength > unreadBytes) response.destroy();
  };
  let isFirst = true;
  const show = (object: KubeObject): unknown => {
    if (!wantsTable(accept)) return object;
    const { columnDefinitions, ...rows } = table(
      [object],
      resource,
      { resourceVersion: object.metadata.resourceVersion },
      query.get('includeObject'),
    );
    const shown = isFirst ? { ...rows, columnDefinitions } : rows;
    isFirst = false;
    return shown;
  };
  const bookmark = (annotations?: Record<string, string>): void =>
    send('BOOKMARK', {
      kind: resource.kind,
      apiVersion: groupVersion(resource),
      metadata: { resourceVersion: String(store.revision), ...(annotations && { annotations }) },
    });
  const onWrite = ({ type, object, before }: Write): void => {
    const is = concerns(object);
    const was = before !== undefined && concerns(before);
    const shown = registry.fromStored(resource, object);
    if (type === 'DELETED' ? was : is) send(type === 'MODIFIED' && !was ? 'ADDED' : type, show(shown));
    else if (was) send('DELETED', show(shown));
  };

  // Without a version, or where the client says so: first what is there.
  const initial = query.get('sendInitialEvents');
  const since =
    initial === 'true' || (initial !== 'false' && (from === '' || from === '0')) ? undefined : from === '' ? store.revision : Number(from);
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  let stop: () => void;
  try {
    checkNotFuture(Number(from), store.revision);
    stop = store.watch(collectionOf(resource), since, onWrite);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    send('ERROR', error.toStatus());
    response.end();
    return;
  }
  if (initial === 'true') bookmark({ 'k8s.io/initial-events-end': 'true' });
  const bookmarks = query.get('allowWatchBookmarks') === 'true' ? setInterval(bookmark, bookmarkMs) : undefined;
  const end = (): void => {
    stop();
    response.end();
  };
  const timeout = seconds > 0 ? setTimeout(end, seconds * 1000) : undefined;
  signal.addEventListener('abort', end);
  response.on('close', () => {
    stop();
    clearInterval(bookmarks);
    clearTimeout(timeout);
    signal.removeEventListener('abort', end);
  });
}
