import type { Kinds } from '../../api/registry.ts';
import { endpointConditions, isEndpoint } from './endpoint-conditions.ts';

type Service = Kinds['Service'];
type Pod = Kinds['Pod'];
type Slice = Kinds['EndpointSlice'];
export type SliceContent = Pick<Slice, 'addressType' | 'endpoints' | 'ports'>;

const mostPerSlice = 100;

/** A Service's ports as they are on that Pod: a named target port is looked up in it, and left out where it has none. */
function portsOn(service: Service, pod: Pod): NonNullable<Slice['ports']> {
  const named = (pod.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  return (service.spec?.ports ?? []).flatMap(({ name = '', port, targetPort, protocol = 'TCP', appProtocol }) => {
    const target = targetPort ?? port;
    const number =
      typeof target === 'number' ? target : named.find((one) => one.name === target && (one.protocol ?? 'TCP') === protocol)?.containerPort;
    return number === undefined ? [] : [{ name, port: number, protocol, ...(appProtocol && { appProtocol }) }];
  });
}

/** What a Service's slices hold: Pods of equal ports together, at most 100 a slice (pkg/controller/endpointslice). */
export function computeSlices(service: Service, pods: readonly Pod[]): SliceContent[] {
  const publish = service.spec?.publishNotReadyAddresses === true;
  const groups = new Map<string, { ports: NonNullable<Slice['ports']>; pods: Pod[] }>();
  for (const pod of pods.filter(isEndpoint)) {
    const ports = portsOn(service, pod);
    if (ports.length === 0 && (service.spec?.ports ?? []).length > 0) continue;
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, pods: [] };
    groups.set(key, group);
    group.pods.push(pod);
  }
  if (groups.size === 0) return [{ addressType: 'IPv4', endpoints: [] }];
  return [...groups.values()].flatMap(({ ports, pods: all }) =>
    Array.from({ length: Math.ceil(all.length / mostPerSlice) }, (_, index) => ({
      addressType: 'IPv4',
      ports,
      endpoints: all.slice(index * mostPerSlice, (index + 1) * mostPerSlice).map((pod) => endpointOf(service, pod, publish)),
    })),
  );
}

function endpointOf(service: Service, pod: Pod, publish: boolean): Slice['endpoints'][number] {
  const { name, namespace = '', uid } = pod.metadata;
  const { hostname, subdomain, nodeName } = pod.spec ?? {};
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: endpointConditions(pod, publish),
    targetRef: { kind: 'Pod', name, namespace, uid },
    ...(nodeName && { nodeName }),
    ...(hostname && subdomain === service.metadata.name && { hostname }),
  };
}

/** The older Endpoints object: ready Pods in addresses, others apart, terminating ones left out. */
export function computeSubsets(service: Service, slices: readonly SliceContent[]): NonNullable<Kinds['Endpoints']['subsets']> {
  const publish = service.spec?.publishNotReadyAddresses === true;
  return slices.flatMap(({ endpoints, ports }) => {
    const address = ({ addresses, targetRef, nodeName, hostname }: Slice['endpoints'][number]) => ({
      ip: addresses[0] ?? '',
      ...(nodeName && { nodeName }),
      ...(hostname && { hostname }),
      ...(targetRef && { targetRef }),
    });
    const ready = endpoints.filter(({ conditions }) => conditions?.ready).map(address);
    const notReady = endpoints.filter(({ conditions }) => !conditions?.ready && (publish || !conditions?.terminating)).map(address);
    if (ready.length + notReady.length === 0) return [];
    const listed =
      ports?.map(({ name, port, protocol }) => ({ ...(name && { name }), port: port ?? 0, ...(protocol && { protocol }) })) ?? [];
    return [
      {
        ...(ready.length > 0 && { addresses: ready }),
        ...(notReady.length > 0 && { notReadyAddresses: notReady }),
        ...(listed.length > 0 && { ports: listed }),
      },
    ];
  });
}
