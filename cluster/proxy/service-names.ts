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
    const port = service.spec?.ports?.find((one) => one.name === portName && (one.protocol ?? 'TCP').toLowerCase() === protocol);
    const target = `${serviceName}.${namespace}.svc.${clusterDomain}`;
    return port ? [{ type: 'SRV', name, port: port.port, target }] : undefined;
  }
  const a = (address: string): DnsRecord => ({ type: 'A', name, address });
  if (labels.length === 1) {
    const found = endpoints.filter(({ hostname }) => hostname === labels[0]);
    return found.length > 0 ? found.flatMap(({ addresses }) => addresses.map(a)) : undefined;
  }
  if (labels.length > 1) return undefined;
  if (headless) return shuffle(endpoints.flatMap(({ addresses }) => addresses.map(a)));
  return service.spec?.clusterIP ? [a(service.spec.clusterIP)] : [];
}

function inRandomOrder<T>(items: T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
