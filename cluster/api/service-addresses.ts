import type { LabNetwork } from '../network.ts';
import type { Cause } from '../resources/resource.ts';
import type { KubeObject } from './object.ts';
import type { Kinds } from './registry.ts';

type Service = Kinds['Service'];
const nodePorts = { first: 30_000, last: 32_767 };

const invalid = (field: string, value: unknown, why: string): Cause => ({
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  reason: 'FieldValueInvalid',
});

/** Gives a Service its clusterIP and node ports, as the API server's allocators do; what it has is kept. Answers what cannot be had. */
export function allocate(object: KubeObject, others: KubeObject[], network: LabNetwork): { service: KubeObject; causes: Cause[] } {
  const service = structuredClone(object) as unknown as Service;
  const spec = service.spec ?? {};
  const rest = (others as unknown as Service[]).filter(
    ({ metadata }) => metadata.name !== service.metadata.name || metadata.namespace !== service.metadata.namespace,
  );
  const causes: Cause[] = [];
  if (spec.type !== 'ExternalName') {
    const taken = new Set(rest.map((other) => other.spec?.clusterIP));
    const asked = spec.clusterIP;
    if (asked && asked !== 'None') {
      if (!network.isServiceIP(asked))
        causes.push(invalid('spec.clusterIPs', [asked], 'failed to allocate IP: the provided IP is not in the valid range'));
      else if (taken.has(asked))
        causes.push(invalid('spec.clusterIPs', [asked], 'failed to allocate IP: provided IP is already allocated'));
    } else if (!asked) {
      let n = 0;
      while (taken.has(network.serviceIP(n))) n += 1;
      const free = network.serviceIP(n);
      if (free) spec.clusterIP = free;
      else causes.push(invalid('spec.clusterIPs', [], 'failed to allocate IP: range is full'));
    }
    if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
    spec.ipFamilies = ['IPv4'];
    spec.ipFamilyPolicy = 'SingleStack';
  }
  const takenPorts = new Set(rest.flatMap((other) => other.spec?.ports?.map((port) => port.nodePort) ?? []));
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  for (const [index, port] of (spec.ports ?? []).entries()) {
    const field = `spec.ports[${index}].nodePort`;
    if (!external) delete port.nodePort;
    else if (port.nodePort === undefined) {
      let free = nodePorts.first;
      while (takenPorts.has(free)) free += 1;
      port.nodePort = free;
    } else if (port.nodePort < nodePorts.first || port.nodePort > nodePorts.last) {
      const range = `${nodePorts.first}-${nodePorts.last}`;
      causes.push(invalid(field, port.nodePort, `provided port is not in the valid range. The range of valid ports is ${range}`));
    } else if (takenPorts.has(port.nodePort)) causes.push(invalid(field, port.nodePort, 'provided port is already allocated'));
    if (port.nodePort) takenPorts.add(port.nodePort);
  }
  return { service: { ...service, spec } as unknown as KubeObject, causes };
}
