import { once } from 'node:events';
import { createServer } from 'node:http';
import { toxiproxyApi } from './api/api.ts';
import { populate } from './api/routes.ts';
import type { Log } from './log.ts';
import { ProxyCollection } from './proxies/proxy-collection.ts';

export interface ToxiproxyOptions {
  /** '' or 0.0.0.0: all addresses. */
  host: string;
  /** 0: any free one. */
  port: number;
  /** JSON with the proxies to begin with, as /populate takes them. */
  config?: string;
  log: Log;
}

export interface Toxiproxy extends AsyncDisposable {
  /** Port of the API. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Toxiproxy as Shopify's 2.12 is seen from outside: TCP proxies whose connections toxics make slow, short or broken. Rejects where the port is taken. */
export async function startToxiproxy({ host, port, config, log }: ToxiproxyOptions): Promise<Toxiproxy> {
  const proxies = new ProxyCollection();
  if (config !== undefined) {
    const { body, status } = await populate({ proxies, log, body: config });
    if (status === 201) log('info', 'Populated proxies from file', { proxies: proxies.list().length });
    else log('error', 'Failed to populate proxies from file', { error: (body as { error: string }).error });
  }
  const server = createServer(toxiproxyApi(proxies, log));
  server.listen({ port, ...(host !== '' && { host }) });
  try {
    await once(server, 'listening');
  } catch (error) {
    await proxies.stopAll();
    throw error;
  }
  const stop = async (): Promise<void> => {
    if (server.listening) {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
    await proxies.stopAll();
  };
  return { port: (server.address() as { port: number }).port, stop, [Symbol.asyncDispose]: stop };
}
