import type { Log } from '../log.ts';
import type { ProxyCollection } from '../proxies/proxy-collection.ts';
import { ToxicProxy } from '../proxies/toxic-proxy.ts';
import { toxicView } from '../toxics/placed-toxic.ts';
import { ApiError } from './api-error.ts';
import { newProxyBody, newToxicBody, populateBody, proxyChangeBody, toxicChangeBody } from './bodies.ts';

/** What the API speaks for. */
export const version = '2.12.0';

export interface Answer {
  status: number;
  /** Undefined: nothing but the status. */
  body?: unknown;
}
export interface Context {
  proxies: ProxyCollection;
  log: Log;
  /** From the path, decoded. */
  proxy: string;
  toxic: string;
  body: string;
}
type Handler = (context: Context) => Promise<Answer> | Answer;

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const done: Answer = { status: 204 };

async function createProxy({ proxies, log, body }: Context): Promise<Answer> {
  const { name, listen, upstream, enabled } = newProxyBody(body);
  const proxy = new ToxicProxy(name, listen, upstream, log);
  await proxies.add(proxy, enabled);
  return ok(proxy.view(), 201);
}

async function updateProxy({ proxies, proxy: name, body }: Context): Promise<Answer> {
  const proxy = proxies.get(name);
  await proxy.update(proxyChangeBody(body, proxy));
  return ok(proxy.view());
}

async function deleteProxy({ proxies, proxy }: Context): Promise<Answer> {
  await proxies.remove(proxy);
  return done;
}

/** Goes on until one fails; tells of those that worked all the same. */
export async function populate({ proxies, log, body }: Pick<Context, 'proxies' | 'log' | 'body'>): Promise<Answer> {
  const views: object[] = [];
  try {
    for (const { name, listen, upstream, enabled } of populateBody(body)) {
      views.push((await proxies.addOrReplace(new ToxicProxy(name, listen, upstream, log), enabled)).view());
    }
    return ok({ proxies: views.length > 0 ? views : null }, 201);
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 500;
    return ok({ error: (error as Error).message, status, proxies: views.length > 0 ? views : null }, status);
  }
}

async function reset({ proxies }: Context): Promise<Answer> {
  for (const proxy of proxies.list()) {
    await proxy.start();
    await proxy.toxics.removeAll();
  }
  return done;
}

async function createToxic({ proxies, proxy, body }: Context): Promise<Answer> {
  const { toxics } = proxies.get(proxy);
  const toxic = newToxicBody(body);
  await toxics.add(toxic);
  return ok(toxicView(toxic));
}

async function updateToxic({ proxies, proxy, toxic: name, body }: Context): Promise<Answer> {
  const { toxics } = proxies.get(proxy);
  const toxic = toxics.find(name);
  const { attributes, toxicity } = toxicChangeBody(body, toxic.kind);
  Object.assign(toxic.attributes, attributes);
  if (toxicity !== undefined) toxic.toxicity = toxicity;
  await toxics.update(toxic);
  return ok(toxicView(toxic));
}

async function deleteToxic({ proxies, proxy, toxic }: Context): Promise<Answer> {
  const { toxics } = proxies.get(proxy);
  await toxics.remove(toxics.find(toxic));
  return done;
}

/** By the pattern of a path and the method; `*` stands for a name. */
export const routes: Record<string, Record<string, Handler>> = {
  '/version': { GET: () => ok({ version }) },
  '/reset': { POST: reset },
  '/populate': { POST: populate },
  '/proxies': {
    GET: ({ proxies }) => ok(Object.fromEntries(proxies.list().map((proxy) => [proxy.name, proxy.view()]))),
    POST: createProxy,
  },
  '/proxies/*': {
    GET: ({ proxies, proxy }) => ok(proxies.get(proxy).view()),
    POST: updateProxy,
    PATCH: updateProxy,
    DELETE: deleteProxy,
  },
  '/proxies/*/toxics': {
    GET: ({ proxies, proxy }) => ok(proxies.get(proxy).toxics.list().map(toxicView)),
    POST: createToxic,
  },
  '/proxies/*/toxics/*': {
    GET: ({ proxies, proxy, toxic }) => ok(toxicView(proxies.get(proxy).toxics.find(toxic))),
    POST: updateToxic,
    PATCH: updateToxic,
    DELETE: deleteToxic,
  },
};
