import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { KubeConfig } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { askedBy, rightOf } from './right-of.ts';

/** Of kinds that the local platform does not serve: for these it is enough that they are there. */
const notServed = /^\/apis\/(rbac\.authorization|networking)\.k8s\.io\//;
const policies = /^\/apis\/networking\.k8s\.io\/v1\/namespaces\/([^/]+)\/networkpolicies/;
const chaosPorts = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/[^/]+:8099\/proxy/;

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/**
 * Stands between clients and the API server of a lab on the local platform, and notes what each request would have to be allowed. Whoever comes
 * through it is that lab's administrator. A namespace with a NetworkPolicy is one whose chaos port not even the API server reaches: so there
 * are networks, and a lab has to take the policy away again.
 */
export class RecordingApiServer {
  /** As `list pods`. */
  readonly rights = new Set<string>();
  /** Paths that are no resource's. */
  readonly paths = new Set<string>();
  private readonly agent: Agent;
  private readonly upstream: RequestOptions;
  private readonly server: Server;
  private readonly upgraded = new Set<Duplex>();
  private readonly guarded = new Set<string>();

  private constructor({ server, ca, token }: { server: string; ca: string; token: string }) {
    const { hostname, port } = new URL(server);
    this.agent = new Agent({ keepAlive: true, ca });
    this.upstream = { hostname, port, ca, headers: { authorization: `Bearer ${token}` } };
    this.server = createServer((incoming, response) => this.serve(incoming, response).catch(() => response.destroy()));
    // As that of an API server: clients keep their connections.
    this.server.keepAliveTimeout = 60_000;
    this.server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => this.upgrade(incoming, socket, head));
  }

  /** In front of the server of a kubeconfig. */
  static async start(kubeconfig: string): Promise<RecordingApiServer> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const { server = '', caData = '' } = config.getCurrentCluster() ?? {};
    const started = new RecordingApiServer({
      server,
      ca: Buffer.from(caData, 'base64').toString(),
      token: config.getCurrentUser()?.token ?? '',
    });
    started.server.listen(0, '127.0.0.1');
    await once(started.server, 'listening');
    return started;
  }

  /** A kubeconfig for it, with one context. */
  kubeconfig(context: string): string {
    const server = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': context,
      clusters: [{ name: 'recorded', cluster: { server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'user', user: { token: 'whatever' } }],
      contexts: [{ name: context, context: { cluster: 'recorded', user: 'user' } }],
    });
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    for (const socket of this.upgraded) socket.destroy();
    this.agent.destroy();
    await closed;
  }

  private note({ method = '', url = '' }: IncomingMessage): void {
    const asked = askedBy(method, url);
    if ('path' in asked) this.paths.add(asked.path);
    else this.rights.add(asked.right);
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.note(incoming);
    const { method = '', url = '' } = incoming;
    const [, namespace] = chaosPorts.exec(url) ?? [];
    if (namespace !== undefined && this.guarded.has(namespace)) return answer(response, 503, { kind: 'Status', message: 'no way through' });
    if (notServed.test(url)) return this.standIn(method, url, await text(incoming), response);
    const asked = request(this.to(incoming));
    response.on('close', () => asked.destroy());
    asked.on('response', (answered) => {
      answered.on('error', () => response.destroy());
      response.writeHead(answered.statusCode ?? 502, answered.headers).flushHeaders();
      answered.pipe(response);
    });
    asked.on('error', () => response.destroy());
    incoming.pipe(asked);
  }

  private standIn(method: string, url: string, body: string, response: ServerResponse): void {
    const [, namespace] = policies.exec(url) ?? [];
    if (namespace !== undefined && method === 'POST') this.guarded.add(namespace);
    if (namespace !== undefined && method === 'DELETE') this.guarded.delete(namespace);
    const object = body === '' ? {} : (JSON.parse(body) as { kind?: string; rules?: Rule[] });
    // Nobody may give others what they have not themselves.
    for (const { apiGroups, resources, verbs } of object.rules ?? [])
      for (const group of apiGroups)
        for (const resource of resources) for (const verb of verbs) this.rights.add(rightOf(verb, resource, group));
    answer(response, method === 'POST' ? 201 : 200, object);
  }

  private upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.note(incoming);
    // From 1.35 on Kubernetes asks for both verbs, whatever the method.
    this.rights.add('create pods/exec');
    const asked = request({ ...this.to(incoming), agent: false });
    this.keep(socket);
    socket.on('close', () => asked.destroy());
    asked.on('error', () => socket.destroy());
    asked.on('response', (refused) => {
      socket.write(headOf(refused));
      refused.pipe(socket);
    });
    asked.on('upgrade', (answered, to, first) => {
      this.keep(to);
      socket.write(headOf(answered));
      socket.write(first);
      to.write(head);
      socket.pipe(to).pipe(socket);
      to.on('close', () => socket.destroy());
      socket.on('close', () => to.destroy());
    });
    asked.end();
  }

  private keep(socket: Duplex): void {
    this.upgraded.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.upgraded.delete(socket));
  }

  private to({ method, url, headers }: IncomingMessage): RequestOptions {
    const { host: _, ...others } = headers;
    return { ...this.upstream, agent: this.agent, method, path: url, headers: { ...others, ...(this.upstream.headers as object) } };
  }
}

function answer(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const headers = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
  return [`HTTP/1.1 ${statusCode} ${statusMessage}`, ...headers, '', ''].join('\r\n');
}
