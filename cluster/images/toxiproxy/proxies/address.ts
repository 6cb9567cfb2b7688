import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';

export interface HostPort {
  host: string;
  port: number;
}

/** `host:port` as Go's net.SplitHostPort reads it, and in its words where it cannot. An empty text is any port on all addresses. */
export function parseHostPort(text: string): HostPort {
  if (text === '') return { host: '', port: 0 };
  const [, bracketed, plain, service] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(text) ?? [];
  if (service === undefined) {
    const why = /^\[[^[\]]*\]$|^[^:]*$/.test(text) ? 'missing port in address' : 'too many colons in address';
    throw new Error(`address ${text}: ${why}`);
  }
  const port = service === '' ? 0 : /^\d+$/.test(service) ? Number(service) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(Number.isNaN(port) ? `lookup tcp/${service}: unknown port` : `address ${service}: invalid port`);
  return { host: bracketed ?? plain ?? '', port };
}

export const formatHostPort = ({ host, port }: HostPort): string => (isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`);

/** With the name in it resolved, as net.ResolveTCPAddr prints it. Rejects in Go's words. */
export async function resolveHostPort(text: string): Promise<HostPort> {
  const { host, port } = parseHostPort(text);
  if (host === '') return { host, port };
  try {
    return { host: (await lookup(host, { family: isIPv6(host) ? 6 : 4 })).address, port };
  } catch (error) {
    throw new Error(`lookup ${host}: ${(error as NodeJS.ErrnoException).code === 'ENOTFOUND' ? 'no such host' : (error as Error).message}`);
  }
}

const words: Record<string, string> = {
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
};
/** Why an address cannot be listened on, as Go says it. */
export const bindError = (address: string, { code = '', message }: NodeJS.ErrnoException): Error =>
  new Error(`listen tcp ${address}: bind: ${words[code] ?? message}`);
