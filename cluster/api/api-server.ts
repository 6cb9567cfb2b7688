import { timingSafeEqual } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { NodeApi } from '../kubelet/node-api.ts';
import type { PodsAre } from '../resources/not-honoured.ts';
import { kubeconfig, makeAccess } from './access.ts';
import type { ObjectRegistry } from './object-registry.ts';
import type { Backend } from './requests/request.ts';
import { Router } from './requests/router.ts';
import { acceptUpgrades } from './subresources/upgrades.ts';

export interface ApiServerOptions {
  registry: ObjectRegistry;
  /** The node's half: logs, exec, connections, metrics; undefined until the kubelet is up. */
  node: () => NodeApi | undefined;
  /** cluster/resources/fields.ts; await `loadFieldModels` before the first request. */
  checkFields: Backend['checkFields'];
  /** What containers are; `processes` if absent. */
  podsAre?: PodsAre;
  /** 0 (the default): any free one of 127.0.0.1. */
  port?: number;
  /** Called with what goes wrong inside: a line, or several with a stack. */
  log?: (line: string) => void;
}

export interface ApiServer {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** YAML of a kubeconfig for it, with the token: to be written 0600. `namespace`: that of its context, `default` if absent. */
  kubeconfig(namespace?: string): string;
  /** Ends watches, streams and connections, then the server. A second call waits for the first. */
  stop(): Promise<void>;
}

/** What answers get to go out when the server ends, before connections are cut. */
const lastWordsMs = 200;

/** The registry over HTTPS on loopback, as kubectl and @kubernetes/client-node expect it. Rejects where the port is taken. */
export async function startApiServer({ port = 0, log = () => undefined, ...backend }: ApiServerOptions): Promise<ApiServer> {
  const access = await makeAccess();
  const wanted = Buffer.from(`Bearer ${access.token}`);
  const isAuthorized = ({ headers }: IncomingMessage): boolean => {
    const given = Buffer.from(headers.authorization ?? '');
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  };
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // one for each open watch
  const router = new Router(backend, isAuthorized, stopping.signal, log);
  const server = createServer({ key: access.key, cert: access.cert }, (incoming, response) => void router.serve(incoming, response));
  server.keepAliveTimeout = 60_000;
  acceptUpgrades(server, {
    backend,
    isAuthorized,
    requestFor: (path, query, headers) => router.requestFor(path, query, headers),
    stopping: stopping.signal,
    onError: log,
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: Error) => {
    throw new Error(`the API server cannot listen on 127.0.0.1:${port}: ${cause.message}`, { cause });
  });
  const { port: taken } = server.address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  return {
    url: `https://127.0.0.1:${taken}`,
    port: taken,
    kubeconfig: (namespace) => kubeconfig(access, taken, namespace),
    stop: () => {
      stopped ??= close(server, stopping);
      return stopped;
    },
  };
}

async function close(server: Server, stopping: AbortController): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  stopping.abort();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), lastWordsMs);
  await closed;
  clearTimeout(cut);
}
