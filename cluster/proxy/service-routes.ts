import type { Kinds } from '../api/registry.ts';
import { categorizeEndpoints } from './choose-endpoints.ts';

type Service = Kinds['Service'];
type Slice = Kinds['EndpointSlice'];

/** A place to listen at, and where what comes there may go. */
export interface Route {
  address: string;
  port: number;
  /** `namespace/name:port`, for messages. */
  title: string;
  targets: Target[];
  /** How long a client stays with its endpoint (sessionAffinity ClientIP); 0: not at all. */
  affinityMs: number;
}

export interface Target {
  host: string;
  port: number;
}

/** Where a Service is to be answered, as kube-proxy would have it: clusterIP, node ports, and the address of its load balancer. */
export function routesOf(
  service: Service,
  slices: Slice[],
  { nodeIP, loadBalancerIP }: { nodeIP: string; loadBalancerIP?: string | undefined },
): Route[] {
  const { clusterIP, ports = [], type, sessionAffinity, sessionAffinityConfig } = service.spec ?? {};
  if (!clusterIP || clusterIP === 'None') return [];
  const affinityMs = sessionAffinity === 'ClientIP' ? (sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) * 1000 : 0;
  return ports
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .flatMap((port) => {
      const title = `${service.metadata.namespace}/${service.metadata.name}:${port.port}`;
      const common = { title, targets: targetsOf(port.name ?? '', slices), affinityMs };
      const external = type === 'NodePort' || type === 'LoadBalancer';
      return [
        { ...common, address: clusterIP, port: port.port },
        ...(external && port.nodePort ? [{ ...common, address: nodeIP, port: port.nodePort }] : []),
        ...(loadBalancerIP && loadBalancerIP !== clusterIP ? [{ ...common, address: loadBalancerIP, port: port.port }] : []),
      ];
    });
}

function targetsOf(portName: string, slices: Slice[]): Target[] {
  const all = slices.flatMap((slice) => {
    const port = slice.ports?.find(({ name = '' }) => name === portName)?.port;
    return port === undefined ? [] : slice.endpoints.map((endpoint) => ({ ...endpoint, port }));
  });
  return categorizeEndpoints(all).flatMap(({ addresses, port }) => addresses.map((host) => ({ host, port })));
}

/** Where the endpoints of a route are, the same text for the same places. */
export const placesOf = ({ targets }: Route): string =>
  targets
    .map(({ host, port }) => `${host}:${port}`)
    .sort()
    .join(' ');
