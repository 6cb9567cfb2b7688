import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { aggregatedType, Discovery, digest } from '../discovery/discovery.ts';
import { openapi, openapiIndex, openapiV2, openapiV2Protobuf, openapiV2Type } from '../discovery/openapi.ts';
import { version } from '../discovery/version.ts';
import { badRequest, methodNotAllowed, unauthorized } from '../errors.ts';
import type { JsonObject } from '../object.ts';
import { log } from '../subresources/log.ts';
import { proxy } from '../subresources/proxy.ts';
import { metrics } from '../virtual/metrics.ts';
import { review } from '../virtual/reviews.ts';
import { readWhole } from './body.ts';
import { type Answer, type ApiRequest, type Backend, parsePath } from './request.ts';
import { answer } from './resource-requests.ts';
import { respond, toApiError } from './respond.ts';
import { wantsWatch, watch } from './watch.ts';

/** Subresources that are no answers but connections: subresources/upgrades.ts. */
const streams = new Set(['exec', 'attach', 'portforward']);
const contentTypeOf = (headers: IncomingHttpHeaders): string => headers['content-type']?.split(';')[0]?.trim() ?? '';
const healthPaths = /^\/(healthz|livez|readyz)$/;

/** Finds out what a request asks for, and has it answered. */
export class Router {
  private readonly backend: Backend;
  private readonly isAuthorized: (request: IncomingMessage) => boolean;
  private readonly stopping: AbortSignal;
  private readonly discovery: Discovery;
  private readonly onError: (line: string) => void;
  constructor(
    backend: Backend,
    isAuthorized: (request: IncomingMessage) => boolean,
    stopping: AbortSignal,
    onError: (line: string) => void,
  ) {
    this.backend = backend;
    this.isAuthorized = isAuthorized;
    this.stopping = stopping;
    this.onError = onError;
    this.discovery = new Discovery(backend.registry.resources);
  }

  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const warnings: string[] = [];
    try {
      const found = await this.route(incoming, response, warnings);
      if (found) respond(response, found, incoming.headers['if-none-match'], warnings);
    } catch (error) {
      if (incoming.destroyed && !incoming.complete) return void response.destroy(); // the client left in the middle of its request
      const told = toApiError(error);
      if (told.code === 500) this.onError(`${incoming.method} ${incoming.url}: ${error instanceof Error ? error.stack : error}`);
      if (response.headersSent) response.destroy();
      else respond(response, { code: told.code, body: told.toStatus() });
      // What the client still sends is nobody's: without this the connection would wait for it.
      incoming.resume();
    }
  }

  /** What to answer; undefined where the answer is on its way already. */
  private async route(incoming: IncomingMessage, response: ServerResponse, warnings: string[]): Promise<Answer | undefined> {
    const { method = 'GET', headers } = incoming;
    const { pathname: path, searchParams: query } = new URL(incoming.url ?? '/', 'https://localhost');
    if (method === 'GET' && healthPaths.test(path)) return { body: 'ok', type: 'text/plain' };
    if (!this.isAuthorized(incoming)) throw unauthorized();
    const told = method === 'GET' ? (this.described(path, headers.accept ?? '') ?? this.measured(path, query)) : undefined;
    if (told) return told;
    const request = this.requestFor(path, query, headers, warnings);
    const serves = (subresource: string): boolean =>
      request?.subresource === subresource && request.resource.subresources.includes(subresource);
    if (request && serves('proxy')) return void (await proxy(this.backend, request, incoming, response));
    const body = await readWhole(incoming);
    const reviewed = method === 'POST' ? review(path, { body, contentType: contentTypeOf(headers) }) : undefined;
    if (reviewed) return reviewed;
    if (!request) return { code: 404, body: '404 page not found\n', type: 'text/plain' };
    request.body = body;
    if (streams.has(request.subresource)) throw badRequest('Upgrade request required');
    if (serves('log')) {
      if (method !== 'GET') throw methodNotAllowed();
      return void (await log(this.backend, request, response, this.stopping));
    }
    if (method === 'GET' && request.subresource === '' && wantsWatch(query))
      return void watch(this.backend, request, response, this.stopping);
    return answer(this.backend, method, request);
  }

  /** The request that a path means, without body; undefined where it means none. */
  requestFor(path: string, query: URLSearchParams, headers: IncomingHttpHeaders, warnings: string[] = []): ApiRequest | undefined {
    const parts = parsePath(path);
    if (!parts) return undefined;
    const isBinding = parts.group === '' && parts.plural === 'bindings' && parts.name === '';
    const resource = this.backend.registry.resourceAt(parts.group, parts.version, isBinding ? 'pods' : parts.plural);
    if (!resource || (resource.namespaced ? parts.name !== '' && parts.namespace === '' : parts.namespace !== '')) return undefined;
    const sent = { contentType: contentTypeOf(headers), accept: headers.accept ?? '', body: Buffer.alloc(0) };
    return { ...parts, ...(isBinding && { subresource: 'binding' }), resource, query, warnings, ...sent };
  }

  /** What the path asks for outside the resources: version, discovery, OpenAPI. */
  private described(path: string, accept: string): Answer | undefined {
    const { discovery } = this;
    const { resources } = this.backend.registry;
    if (/^\/apis?$/.test(path) && accept.includes(aggregatedType)) {
      const body = discovery.aggregated(path === '/api');
      return { body, type: aggregatedType, etag: `"${digest(body)}"` };
    }
    if (path === '/openapi/v2') return accept.includes('protobuf') ? { body: openapiV2Protobuf, type: openapiV2Type } : { body: openapiV2 };
    const fixed: Record<string, () => JsonObject | undefined> = {
      '/version': () => version,
      '/api': () => discovery.core(),
      '/apis': () => discovery.groupList(),
      '/openapi/v3': () => openapiIndex(resources),
    };
    const [, schema, group, ver] = /^(\/openapi\/v3)?\/(?:api|apis\/([^/]+))(?:\/([^/]+))?$/.exec(path) ?? [];
    const listed = ver
      ? schema
        ? openapi(resources, group ?? '', ver)
        : discovery.resourceList(group ?? '', ver)
      : group && discovery.group(group);
    const body = fixed[path]?.() ?? (listed || undefined);
    return body && { body, etag: `"${digest(body)}"` };
  }

  private measured(path: string, query: URLSearchParams): Answer | undefined {
    const body = path.startsWith('/apis/metrics.k8s.io/') ? metrics(this.backend, path, query) : undefined;
    return body && { body };
  }
}
