import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { NodeApi } from '../kubelet/node-api.ts';
import { kubeconfig, makeAccess } from './access.ts';
import { aggregatedType, Discovery, digest, version } from './discovery.ts';
import { ApiError, methodNotAllowed, notFound, unauthorized } from './errors.ts';
import { podLog } from './logs.ts';
import { metrics } from './metrics.ts';
import type { JsonObject, KubeObject } from './object.ts';
import { collectionOf, groupVersion, type ObjectRegistry } from './object-registry.ts';
import { proxy } from './pod-proxy.ts';
import { type ApiRequest, bodyOf, parsePath, readWhole } from './request.ts';
import { selectorOf } from './selectors.ts';
import { table, wantsTable } from './table.ts';
import * as verbs from './verbs.ts';
import { watch } from './watch.ts';

export interface ApiServerOptions {
  registry: ObjectRegistry;
  /** The node's half: logs, exec, connections, metrics; undefined until the kubelet is up. */
  node: () => NodeApi | undefined;
  checkFields: verbs.CheckFields;
  /** 0 (the default): any free one of 127.0.0.1. */
  port?: number;
  log?: (line: string) => void;
}

export interface ApiServer {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** Whether a request brings the token. */
  authorized(request: IncomingMessage): boolean;
  /** Text of a kubeconfig for it, with the token: to be written 0600. */
  kubeconfig(namespace?: string): string;
  /** Ends watches and connections, then the server. */
  stop(): Promise<void>;
}

interface Answer {
  code?: number;
  body: JsonObject | KubeObject | string;
  type?: string;
  etag?: string;
}

/** The registry over HTTPS on loopback, as kubectl and @kubernetes/client-node expect it. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const access = await makeAccess();
  const handler = new Handler(options, (request) => request.headers.authorization === `Bearer ${access.token}`);
  const server = createServer({ key: access.key, cert: access.cert }, (request, response) => void handler.serve(request, response));
  server.keepAliveTimeout = 60_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    server,
    authorized: handler.authorized,
    kubeconfig: (namespace) => kubeconfig(access, port, namespace),
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      handler.stop();
      server.closeAllConnections();
      await closed;
    },
  };
}

class Handler {
  readonly authorized: (request: IncomingMessage) => boolean;
  private readonly options: ApiServerOptions;
  private readonly discovery: Discovery;
  private readonly stopping = new AbortController();

  constructor(options: ApiServerOptions, authorized: (request: IncomingMessage) => boolean) {
    this.options = options;
    this.authorized = authorized;
    this.discovery = new Discovery(options.registry.resources);
  }

  stop(): void {
    this.stopping.abort();
  }

  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = incoming;
    const warnings: string[] = [];
    const send = ({ code = 200, body, type = 'application/json', etag }: Answer): void => {
      const unchanged = etag !== undefined && headers['if-none-match'] === etag;
      if (warnings.length > 0)
        response.setHeader(
          'Warning',
          [...new Set(warnings)].map((warning) => `299 - ${JSON.stringify(warning)}`),
        );
      response.writeHead(unchanged ? 304 : code, { 'content-type': type, ...(etag && { etag, vary: 'Accept' }) });
      response.end(unchanged ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
    };
    try {
      if (!this.authorized(incoming)) throw unauthorized();
      const url = new URL(incoming.url ?? '/', 'https://localhost');
      const described = method === 'GET' ? this.describe(url, headers.accept ?? '') : undefined;
      if (described) return send(described);
      const body = await readWhole(incoming);
      const contentType = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
      if (/^\/apis\/authorization\.k8s\.io\/v1\/selfsubjectaccessreviews$/.test(url.pathname)) {
        const sent = (await bodyOf({ body, contentType })) as JsonObject;
        return send({
          code: 201,
          body: { ...sent, apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', status: { allowed: true } },
        });
      }
      const path = parsePath(url.pathname);
      const resource = this.options.registry.resources.find(
        (one) => one.group === path?.group && one.version === path.version && one.plural === path.plural,
      );
      if (!path || !resource) return send({ code: 404, body: '404 page not found\n', type: 'text/plain' });
      const request: ApiRequest = { ...path, resource, query: url.searchParams, contentType, accept: headers.accept ?? '', body };
      if (path.subresource === 'proxy') return await proxy(this.options.registry, this.options.node(), request, incoming, response);
      if (path.subresource === 'log') return await podLog(this.options.node(), request, response, this.stopping.signal);
      if (method === 'GET' && /^(1|true)$/.test(url.searchParams.get('watch') ?? '')) {
        return watch(this.options.registry, request, response, this.stopping.signal);
      }
      send(await this.handle(method, request, warnings));
    } catch (error) {
      if (!(error instanceof ApiError)) this.options.log?.(`${method} ${incoming.url}: ${(error as Error).stack}`);
      const told =
        error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error occurred: ${(error as Error).message}`);
      if (response.headersSent) response.destroy();
      else send({ code: told.code, body: told.toStatus() });
    }
  }

  /** Answers what the path asks for outside the resources: version, health, discovery, OpenAPI, metrics. */
  private describe({ pathname: path, searchParams }: URL, accept: string): Answer | undefined {
    if (/^\/(healthz|livez|readyz)$/.test(path)) return { body: 'ok', type: 'text/plain' };
    if (/^\/apis?$/.test(path) && accept.includes(aggregatedType)) {
      const body = this.discovery.aggregated(path === '/api');
      return { body, type: aggregatedType, etag: `"${digest(body)}"` };
    }
    const fixed: Record<string, () => JsonObject> = {
      '/version': () => version,
      '/api': () => this.discovery.core(),
      '/apis': () => this.discovery.groupList(),
      '/openapi/v3': () => this.discovery.openapiIndex(),
    };
    const [, isSchema, group = '', ver = ''] = /^(\/openapi\/v3)?\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path) ?? [];
    const listed = isSchema ? this.discovery.openapi(group, ver) : ver ? this.discovery.resourceList(group, ver) : undefined;
    const measured = path.startsWith('/apis/metrics.k8s.io/')
      ? metrics(this.options.registry, this.options.node(), path, searchParams)
      : undefined;
    const body = fixed[path]?.() ?? listed ?? measured;
    return body && { body, ...(/^\/apis?$/.test(path) && { etag: `"${digest(body)}"` }) };
  }

  private async handle(method: string, request: ApiRequest, warnings: string[]): Promise<Answer> {
    const { resource, accept, query, name, subresource } = request;
    const context: verbs.VerbContext = { registry: this.options.registry, checkFields: this.options.checkFields, warnings };
    const show = (objects: KubeObject[], metadata: JsonObject, plain: KubeObject | JsonObject, code = 200): Answer => ({
      code,
      body: wantsTable(accept) ? table(objects, resource, metadata, query.get('includeObject'), Date.now()) : plain,
    });
    const one = (object: KubeObject, code = 200): Answer =>
      show([object], { resourceVersion: object.metadata.resourceVersion }, object, code);
    if (subresource !== '' && !resource.subresources.includes(subresource)) throw notFound(resource, name);
    if (method === 'POST' && subresource === 'eviction') return { code: 201, body: await verbs.evict(context, request) };
    if (method === 'POST' && subresource === 'binding') return { code: 201, body: await verbs.bindPod(context, request) };
    if (method === 'POST' && !name) return one(await verbs.create(context, request), 201);
    if (method === 'PUT' && name) return one(await verbs.replace(context, request));
    if (method === 'PATCH' && name) return one(await verbs.patch(context, request));
    if (method === 'DELETE' && name) return { body: await verbs.remove(context, request) };
    if (method === 'GET' && name) return one(verbs.get(context, request));
    if (method !== 'GET' && method !== 'DELETE') throw methodNotAllowed();
    const found = this.collection(request);
    if (method === 'GET') return show(found.items, found.metadata, found as unknown as JsonObject);
    for (const { metadata } of found.items)
      await verbs.remove(context, { ...request, name: metadata.name, namespace: metadata.namespace ?? '' });
    return { body: found as unknown as JsonObject };
  }

  private collection({ resource, namespace, query }: ApiRequest): {
    kind: string;
    apiVersion: string;
    metadata: JsonObject;
    items: KubeObject[];
  } {
    const { registry } = this.options;
    const all = registry.store
      .list(collectionOf(resource), namespace)
      .filter(selectorOf(resource.kind, query))
      .sort((a, b) => order(a.metadata.namespace, b.metadata.namespace) || order(a.metadata.name, b.metadata.name));
    const from = Number(query.get('continue') ?? 0);
    const next = from + (Number(query.get('limit') ?? 0) || all.length);
    const rest = next < all.length && { continue: String(next), remainingItemCount: all.length - next };
    return {
      kind: `${resource.kind}List`,
      apiVersion: groupVersion(resource),
      metadata: { resourceVersion: String(registry.store.revision), ...rest },
      items: all.slice(from, next).map((object) => registry.fromStored(resource, object)),
    };
  }
}

const order = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);
