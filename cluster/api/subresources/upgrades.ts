import { type IncomingHttpHeaders, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type ApiError, badRequest, methodNotAllowed, unauthorized } from '../errors.ts';
import type { ApiRequest, Backend } from '../requests/request.ts';
import { toApiError } from '../requests/respond.ts';
import { type Exec, execProtocols, prepareExec } from './exec.ts';

export interface Upgrades {
  backend: Backend;
  isAuthorized(request: IncomingMessage): boolean;
  requestFor(path: string, query: URLSearchParams, headers: IncomingHttpHeaders): ApiRequest | undefined;
  /** Ends the streams. */
  stopping: AbortSignal;
  onError(line: string): void;
}

/** Takes the connections that become streams: exec over WebSockets. Others are refused with a Status that says what to do instead. */
export function acceptUpgrades(server: Server, upgrades: Upgrades): void {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => execProtocols.find((name) => offered.has(name)) ?? false,
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    let exec: Exec;
    try {
      exec = execOf(incoming, upgrades);
    } catch (error) {
      return refuse(socket, toApiError(error));
    }
    const cut = (): void => void socket.destroy();
    upgrades.stopping.addEventListener('abort', cut);
    socket.on('close', () => upgrades.stopping.removeEventListener('abort', cut));
    sockets.handleUpgrade(incoming, socket, head, (opened) => {
      opened.on('error', (error) => upgrades.onError(`exec ${incoming.url}: ${error.message}`));
      exec.run(opened, upgrades.stopping).catch((error: Error) => {
        upgrades.onError(`exec ${incoming.url}: ${error.stack}`);
        opened.terminate();
      });
    });
  });
}

function execOf(incoming: IncomingMessage, { backend, isAuthorized, requestFor }: Upgrades): Exec {
  const url = new URL(incoming.url ?? '/', 'https://localhost');
  if (!isAuthorized(incoming)) throw unauthorized();
  const request = requestFor(url.pathname, url.searchParams, incoming.headers);
  if (request?.subresource === 'portforward') {
    const path = `/api/v1/namespaces/${request.namespace}/pods/${request.name}:PORT/proxy/`;
    throw badRequest(
      `port-forward is not served by this cluster; Pods have loopback addresses of their own (kubectl get pods -o wide), and ${path} reaches them through the API`,
    );
  }
  if (request?.subresource === 'attach') {
    throw badRequest('attach is not served by this cluster: containers have no standard input; use logs -f, or exec');
  }
  if (request?.subresource !== 'exec' || request.resource.kind !== 'Pod') throw methodNotAllowed();
  // First what is wrong with the request itself: kubectl shows the answer to its second try, which is over SPDY.
  const exec = prepareExec(backend, request);
  if (incoming.headers.upgrade?.toLowerCase() !== 'websocket') {
    throw badRequest(`exec is served over WebSockets alone, not ${incoming.headers.upgrade}; kubectl 1.30 and newer use them`);
  }
  const offered = (incoming.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!execProtocols.some((name) => offered.includes(name))) {
    throw badRequest(`none of the protocols offered is known: ${offered.join(', ')}; use ${execProtocols.join(' or ')}`);
  }
  return exec;
}

function refuse(socket: Duplex, error: ApiError): void {
  const body = JSON.stringify(error.toStatus());
  const head = [
    `HTTP/1.1 ${error.code} ${STATUS_CODES[error.code] ?? 'Error'}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
}
