import type { Registry } from '../api/registry.ts';
import type { DnsRecord } from './dns-message.ts';

export const clusterDomain = 'cluster.local';

type Lookup = Pick<Registry, 'find' | 'list'>;

/**
 * The records of a name in the cluster (Kubernetes DNS-based service discovery): a Service's clusterIP, a headless one's Pods, a Pod of a
 * StatefulSet by its name, SRV for named ports. Undefined: there is no such name.
 */
export function lookupName(registry: Lookup, name: string, shuffle: <T>(items: T[]) => T[] = inRandomOrder): DnsRecord[] | undefined {
  if (!name.endsWith(`.svc.${clusterDomain}`)) return undefined;
  const labels = name.slice(0, -`.svc.${clusterDomain}`.length).split('.');
  const [namespace = '', serviceName = ''] = [labels.pop(), labels.pop()];
  const service = registry.find('Service', namespace, serviceName);
  if (!service) return undefined;
  const slices = registry
    .list('EndpointSlice', namespace)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === serviceName);
  const endpoints = slices.flatMap((slice) => slice.endpoints.filter(({ conditions }) => conditions?.ready !== false));
  const headless = service.spec?.clusterIP === 'None';
  const srv = labels.length === 2 && labels.every((label) => label.startsWith('_'));
  if (srv) {
    const [portName, protocol] = labels.map((label) => label.slice(1));
    const isPort = (one: { name?: string; protocol?: string }): boolean =>
      one.name === portName && (one.protocol ?? 'TCP').toLowerCase() === protocol;
    const target = `${serviceName}.${namespace}.svc.${clusterDomain}`;
    const port = service.spec?.ports?.find(isPort);
    if (!port) return undefined;
    if (!headless) return [{ type: 'SRV', name, port: port.port, target }];
    // Pods may differ in the number that a port of that name has.
    return slices.flatMap((slice) => {
      const number = slice.ports?.find(isPort)?.port;
      const named = slice.endpoints.filter(({ conditions }) => conditions?.ready !== false);
      return number === undefined
        ? []
        : named.map((endpoint): DnsRecord => ({ type: 'SRV', name, port: number, target: `${endpointName(endpoint)}.${target}` }));
    });
  }
  const a = (address: string): DnsRecord => ({ type: 'A', name, address });
  if (labels.length === 1) {
    const found = endpoints.filter((endpoint) => endpointName(endpoint) === labels[0]);
    return found.length > 0 ? found.flatMap(({ addresses }) => addresses.map(a)) : undefined;
  }
  if (labels.length > 1) return undefined;
  if (headless) return shuffle(endpoints.flatMap(({ addresses }) => addresses.map(a)));
  return service.spec?.clusterIP ? [a(service.spec.clusterIP)] : [];
}

/** A Pod that has no name of its own in its Service goes by its address, as in `127-37-1-5.web.shop.svc.cluster.local`. */
const endpointName = ({ hostname, addresses }: { hostname?: string; addresses: string[] }): string =>
  hostname ?? (addresses[0] ?? '').replaceAll('.', '-');

function inRandomOrder<T>(items: T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
