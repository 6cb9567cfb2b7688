import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { serviceUnavailable } from '../errors.ts';
import type { ApiRequest, Backend } from '../requests/request.ts';
import { nodeOf } from './pod-of.ts';
import { proxyTarget } from './proxy-target.ts';

/** Headers of one connection, not of what goes through it; the token is ours alone. */
const own = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'host',
  'authorization',
  'expect',
]);

const passedOn = (headers: IncomingMessage['headers']): IncomingMessage['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(name)));

const unreachable = (error: Error) => serviceUnavailable(`error trying to reach service: ${error.message}`);

/**
 * Passes a request of any method on to a port of a Pod, body and answer as streams: how clients reach a Pod from outside, on every platform.
 * Throws 400, 404, 503; answers whatever the Pod answers.
 */
export async function proxy(backend: Backend, request: ApiRequest, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pod, port, host } = proxyTarget(backend.registry, request);
  const socket = await nodeOf(backend)
    .connect(request.namespace, pod, port)
    .catch((error: Error) => {
      throw unreachable(error);
    });
  response.on('close', () => socket.destroy());
  if (response.destroyed) socket.destroy();
  const query = new URL(incoming.url ?? '/', 'https://localhost').search;
  await new Promise<void>((done, fail) => {
    const outgoing = httpRequest({
      createConnection: () => socket as Socket,
      method: incoming.method,
      path: `${request.rest || '/'}${query}`,
      headers: { ...passedOn(incoming.headers), host, connection: 'close' },
    });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOn(answer.headers));
      answer.on('error', () => response.destroy());
      answer.pipe(response);
      response.on('close', done);
    });
    // Before an answer it is told; in the middle of one the client sees it end early.
    outgoing.on('error', (error) => (response.headersSent ? response.destroy() : fail(unreachable(error))));
    response.on('close', done);
    incoming.pipe(outgoing);
  });
}
