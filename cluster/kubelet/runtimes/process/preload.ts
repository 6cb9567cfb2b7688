/**
 * Loaded by `node --import` before a Pod's own program, so that ordinary apps run unchanged as processes of one machine: what listens on all
 * addresses listens on the Pod's own, and the names of Services resolve by the cluster's DNS. Only node: imports, and no others of ours.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { promisify } from 'node:util';

const podIP = process.env.SHOPLAB_POD_IP;
const dnsAddress = process.env.SHOPLAB_DNS;
const namespace = process.env.SHOPLAB_NAMESPACE ?? 'default';

const everyAddress = new Set<unknown>([undefined, null, '', '0.0.0.0', '::']);

/** The arguments of listen with the Pod's address where all addresses were meant (all signatures of net.Server.listen). */
function onPodAddress(args: unknown[], host: string): unknown[] {
  const [first, second] = args;
  if (first === undefined || first === null || typeof first === 'function')
    return [{ port: 0, host }, ...args.filter((one) => typeof one === 'function')];
  if (typeof first === 'object') {
    const options = first as { port?: unknown; host?: unknown; path?: unknown; fd?: unknown };
    const byPort = options.port !== undefined && options.path === undefined && options.fd === undefined;
    return byPort && everyAddress.has(options.host) ? [{ ...options, host }, ...args.slice(1)] : args;
  }
  const isPort = typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first));
  if (!isPort) return args;
  if (typeof second === 'string') return everyAddress.has(second) ? [first, host, ...args.slice(2)] : args;
  return [first, host, ...args.slice(1).filter((one) => one !== undefined && one !== null)];
}

if (podIP) {
  const listen = net.Server.prototype.listen as (this: net.Server, ...args: unknown[]) => net.Server;
  net.Server.prototype.listen = function (this: net.Server, ...args: unknown[]) {
    return listen.apply(this, onPodAddress(args, podIP));
  } as typeof net.Server.prototype.listen;
}

if (dnsAddress) {
  const resolver = new dns.promises.Resolver({ timeout: 1000, tries: 3 });
  resolver.setServers([dnsAddress]);
  const search = [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'];
  /** Names with so many dots are tried as they are first, as in a Pod's resolv.conf (ndots:5). */
  const ndots = 5;
  const absent = new Set(['ENOTFOUND', 'ENODATA']);

  const inCluster = async (name: string): Promise<string[]> => {
    const bare = name.replace(/\.$/, '');
    const isWhole = name.endsWith('.') || bare.split('.').length > ndots;
    const candidates = isWhole ? [bare] : [...search.map((domain) => `${bare}.${domain}`), bare];
    for (const candidate of candidates) {
      if (!candidate.endsWith('.cluster.local')) continue;
      try {
        return await resolver.resolve4(candidate);
      } catch (error) {
        if (!absent.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
    return [];
  };

  /** The machine has no say in these: to ask it could take seconds, where it has no network, for a Service that only has no Pod yet. */
  const isClusterName = (name: string): boolean => !name.includes('.') || /\.(svc|cluster\.local)\.?$/.test(name);
  const notFound = (hostname: string): Error =>
    Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { errno: -3008, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname });

  const original = dns.promises.lookup;
  const lookup = async (name: string, options: dns.LookupOptions | number = {}): Promise<dns.LookupAddress | dns.LookupAddress[]> => {
    const wanted = typeof options === 'number' ? { family: options } : options;
    const foreign =
      !name ||
      net.isIP(name) !== 0 ||
      name === 'localhost' ||
      name.endsWith('.localhost') ||
      wanted.family === 6 ||
      wanted.family === 'IPv6';
    const isOwn = podIP !== undefined && name === process.env.HOSTNAME;
    const addresses = foreign ? [] : isOwn ? [podIP] : await inCluster(name);
    const [first] = addresses;
    if (first === undefined && isClusterName(name) && !foreign) throw notFound(name);
    if (first === undefined) return original(name, wanted as dns.LookupAllOptions);
    return wanted.all ? addresses.map((address) => ({ address, family: 4 })) : { address: first, family: 4 };
  };

  type Callback = (error: NodeJS.ErrnoException | null, address?: string | dns.LookupAddress[], family?: number) => void;
  const byCallback = (name: string, optionsOrCallback: dns.LookupOptions | number | Callback, maybe?: Callback): void => {
    const callback = typeof optionsOrCallback === 'function' ? optionsOrCallback : maybe;
    const options = typeof optionsOrCallback === 'function' ? {} : optionsOrCallback;
    if (!callback) throw new TypeError('The "callback" argument must be of type function.');
    lookup(name, options).then(
      (found) => (Array.isArray(found) ? callback(null, found) : callback(null, found.address, found.family)),
      (error: NodeJS.ErrnoException) => callback(error),
    );
  };
  Object.defineProperty(byCallback, promisify.custom, { value: lookup });
  dns.lookup = byCallback as unknown as typeof dns.lookup;
  dns.promises.lookup = lookup as typeof dns.promises.lookup;
}

syncBuiltinESMExports();
