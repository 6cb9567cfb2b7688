import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { badRequest } from '../errors.ts';
import { type ApiRequest, type Backend, numberOf } from '../requests/request.ts';
import { containerOf, nodeOf } from './pod-of.ts';

/** GET …/log: text as it comes. Clients send all flags, so it is `true` that counts, not presence. Throws 400, 404, 503. */
export async function log(backend: Backend, request: ApiRequest, response: ServerResponse, stopping: AbortSignal): Promise<void> {
  const { namespace, name, query } = request;
  const is = (flag: string): boolean => /^(true|1)$/.test(query.get(flag) ?? '');
  const pod = backend.registry.get('Pod', namespace, name);
  const container = containerOf(pod, query.get('container'));
  const [sinceSeconds, sinceTime] = [numberOf(query, 'sinceSeconds'), query.get('sinceTime')];
  if (sinceTime && Number.isNaN(Date.parse(sinceTime))) throw badRequest(`sinceTime: ${JSON.stringify(sinceTime)} is no RFC 3339 time`);
  const sinceTimeMs = sinceTime
    ? Date.parse(sinceTime)
    : sinceSeconds === undefined
      ? undefined
      : backend.registry.now() - sinceSeconds * 1000;
  const [tailLines, limitBytes] = [numberOf(query, 'tailLines'), numberOf(query, 'limitBytes')];
  if (!pod.spec?.nodeName) return void response.writeHead(200, { 'content-type': 'text/plain' }).end(); // not scheduled, so it has said nothing
  const left = new AbortController();
  response.on('close', () => left.abort());
  const stream = await nodeOf(backend).logs(
    namespace,
    name,
    {
      container,
      follow: is('follow'),
      previous: is('previous'),
      timestamps: is('timestamps'),
      ...(sinceTimeMs !== undefined && { sinceTimeMs }),
      ...(tailLines !== undefined && { tailLines }),
      ...(limitBytes !== undefined && { limitBytes }),
    },
    AbortSignal.any([left.signal, stopping]),
  );
  response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
  try {
    await pipeline(stream, response);
  } catch (error) {
    // The client may leave in the middle of it: that ends the answer, and is no failure.
    if (!left.signal.aborted && !stopping.aborted) throw error;
  }
}
