import { once } from 'node:events';
import { createServer } from 'node:net';
import { PlatformUnavailable } from '../cluster/platform.ts';

interface Manifest {
  kind: string;
  metadata: { name: string };
  spec?: unknown;
}

/** Ports on 127.0.0.1 that the LoadBalancer Services of these manifests will listen on. */
export function localhostPorts(manifests: Manifest[]): { service: string; port: number }[] {
  return manifests.flatMap(({ kind, metadata, spec }) => {
    const { type, ports = [] } = (spec ?? {}) as { type?: string; ports?: { port: number }[] };
    return kind === 'Service' && type === 'LoadBalancer' ? ports.map(({ port }) => ({ service: metadata.name, port })) : [];
  });
}

/** Rejects, naming every one that is taken: asked before anything is started, so that there is nothing to take back. */
export async function requireFreePorts(wanted: { service: string; port: number }[]): Promise<void> {
  const taken = (await Promise.all(wanted.map(async (one) => ((await isFree(one.port)) ? [] : [one])))).flat();
  if (taken.length === 0) return;
  const named = taken.map(({ service, port }) => `127.0.0.1:${port} (Service ${service})`).join(', ');
  throw new PlatformUnavailable(
    `${taken.length === 1 ? 'a port is' : 'ports are'} taken by another program: ${named}`,
    'end what listens there (`ss -ltnp` names it), or a lab of another name with `shoplab down --all`',
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen(port, '127.0.0.1');
    await listening;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  } finally {
    server.close();
  }
}
