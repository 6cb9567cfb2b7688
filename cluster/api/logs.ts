import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { NodeApi } from '../kubelet/node-api.ts';
import { serviceUnavailable } from './errors.ts';
import type { ApiRequest } from './request.ts';

/** GET …/log: text as it comes. Clients send all flags, so `true` counts and not presence. */
export async function podLog(
  node: NodeApi | undefined,
  { namespace, name, query }: ApiRequest,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  if (!node) throw serviceUnavailable('the node is not ready');
  const is = (flag: string): boolean => query.get(flag) === 'true';
  const count = (field: string): number | undefined => (query.has(field) ? Number(query.get(field)) : undefined);
  const container = query.get('container') || undefined;
  const sinceSeconds = count('sinceSeconds');
  const sinceTime = query.get('sinceTime');
  const sinceTimeMs = sinceTime ? Date.parse(sinceTime) : sinceSeconds === undefined ? undefined : Date.now() - sinceSeconds * 1000;
  const tailLines = count('tailLines');
  const limitBytes = count('limitBytes');
  const left = new AbortController();
  response.on('close', () => left.abort());
  const stream = await node.logs(
    namespace,
    name,
    {
      follow: is('follow'),
      previous: is('previous'),
      timestamps: is('timestamps'),
      ...(container && { container }),
      ...(sinceTimeMs !== undefined && { sinceTimeMs }),
      ...(tailLines !== undefined && { tailLines }),
      ...(limitBytes !== undefined && { limitBytes }),
    },
    AbortSignal.any([left.signal, stopping]),
  );
  response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
  // The client may leave in the middle of it: that ends the answer, and is no failure.
  await pipeline(stream, response).catch((error: NodeJS.ErrnoException) => {
    if (!left.signal.aborted && !stopping.aborted) throw error;
  });
}
