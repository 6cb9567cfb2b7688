import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import type { ProxyCollection } from '../proxies/proxy-collection.ts';
import { ApiError } from './api-error.ts';
import { type Answer, routes, version } from './routes.ts';

const plain = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
const json = { 'content-type': 'application/json' };

/** Toxiproxy's HTTP API. Changes are carried out one after another. */
export function toxiproxyApi(proxies: ProxyCollection, log: Log): RequestListener {
  let last: Promise<unknown> = Promise.resolve();

  return async (request, response) => {
    const { method = 'GET', headers } = request;
    const path = (request.url ?? '/').replace(/\?.*$/s, '');
    const clean = path.replace(/\/{2,}/g, '/');
    if (clean !== path) return void response.writeHead(301, { location: clean, 'content-length': 0 }).end();
    const [, proxy = '', , toxic = ''] = path.split('/').slice(1);
    const route = routes[path.replace(/^(\/proxies)\/[^/]+(?:(\/toxics)(?:(\/)[^/]+)?)?$/, starred)];
    if (!route) return void response.writeHead(404, plain).end('404 page not found\n');
    const handler = route[method];
    if (!handler) return void response.writeHead(405, { 'content-length': 0 }).end();
    response.setHeader('x-toxiproxy-request-id', randomBytes(10).toString('hex'));
    if (headers['user-agent']?.startsWith('Mozilla/')) return void response.writeHead(403, plain).end('User agent not allowed\n');
    try {
      const body = await read(request);
      const context = { proxies, log, proxy: decodeURIComponent(proxy), toxic: decodeURIComponent(toxic), body };
      const answer = last.then(() => handler(context));
      last = answer.catch(() => undefined); // told to whoever asked
      tell(response, path, await answer);
    } catch (error) {
      const { message } = error as Error;
      const status = error instanceof ApiError ? error.status : 500;
      if (status === 500) log('warn', 'Error did not include status code', { error: message });
      response.writeHead(status, plain).end(`${JSON.stringify({ error: message, status })}\n`);
    }
  };
}

const starred = (_path: string, proxies: string, toxics = '', slash = ''): string => `${proxies}/*${toxics}${slash && '/*'}`;

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request.iterator({ destroyOnReturn: false })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function tell(response: ServerResponse, path: string, { status, body }: Answer): void {
  if (body === undefined) response.writeHead(status).end();
  else if (path === '/version')
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' }).end(`{"version": "${version}"}\n`);
  else response.writeHead(status, json).end(JSON.stringify(body));
}
