import type { LabNetwork } from '../../network.ts';
import type { Cause } from '../../resources/resource.ts';
import { invalid } from '../errors.ts';
import { at, isObject, type Json, type JsonObject, type KubeObject } from '../object.ts';

const ports = { first: 30000, last: 32767 };
/** Below it addresses and ports are left to those who ask for a certain one, as in Kubernetes. */
const firstDynamicAddress = 256;
const firstDynamicPort = 30086;

type Spec = JsonObject & { clusterIP?: string; ports?: JsonObject[] };
const specOf = (service: KubeObject): Spec => (isObject(service.spec) ? (service.spec as Spec) : {});
const portsOf = (service: KubeObject): JsonObject[] => specOf(service).ports ?? [];
const wantsAddress = (spec: Spec): boolean => spec.type !== 'ExternalName';
const wantsNodePorts = (spec: Spec): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
const invalidValue = (field: string, value: Json, why: string): Cause => ({
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  reason: 'FieldValueInvalid',
});

/**
 * Gives Services their cluster addresses and node ports, from what the other Services have. Dynamic ones go round, so that what one Service
 * has left is not at once another's: clients hold on to addresses. pkg/registry/core/service/storage/alloc.go.
 */
export class ServiceAddresses {
  private readonly network: LabNetwork;
  private readonly services: () => Iterable<KubeObject>;
  private nextAddress = firstDynamicAddress;
  private nextPort = firstDynamicPort;
  constructor(network: LabNetwork, services: () => Iterable<KubeObject>) {
    this.network = network;
    this.services = services;
  }

  /** The new Service with all that it lacks. Throws 422 where what it asks for is taken or out of range. */
  allocate(service: KubeObject): KubeObject {
    const others = [...this.services()].filter((each) => each.metadata.uid !== service.metadata.uid);
    const spec = specOf(service);
    const causes: Cause[] = [];
    const after: JsonObject = { ...spec, ...this.address(spec, others, causes), ...this.nodePorts(spec, others, causes) };
    if (causes.length > 0) throw invalid({ kind: 'Service', group: '' }, service.metadata.name, causes);
    return { ...service, spec: after };
  }

  private address(spec: Spec, others: KubeObject[], causes: Cause[]): JsonObject {
    if (!wantsAddress(spec)) return {};
    const families: JsonObject = { ipFamilies: spec.ipFamilies ?? ['IPv4'], ipFamilyPolicy: spec.ipFamilyPolicy ?? 'SingleStack' };
    const asked = spec.clusterIP || (at(spec, 'clusterIPs', 0) as string | undefined);
    if (asked === 'None') return { clusterIP: 'None', clusterIPs: ['None'], ...families };
    const taken = new Set(others.map((each) => specOf(each).clusterIP));
    if (asked) {
      const range = `${this.network.prefix}.200.0 - ${this.network.prefix}.255.254`;
      const why = !this.network.isServiceIP(asked)
        ? `the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${range}`
        : taken.has(asked) && 'provided IP is already allocated';
      if (why) causes.push(invalidValue('spec.clusterIPs', [asked], `failed to allocate IP ${asked}: ${why}`));
    }
    const clusterIP = asked || this.freeAddress(taken);
    if (!clusterIP) {
      const cause = {
        field: 'spec.clusterIPs',
        message: 'Internal error: failed to allocate a serviceIP: range is full',
        reason: 'InternalError',
      };
      causes.push(cause);
      return {};
    }
    return { clusterIP, clusterIPs: [clusterIP], ...families };
  }

  private freeAddress(taken: Set<string | undefined>): string | undefined {
    for (let round = 0; round < 2; round += 1) {
      for (let address = this.network.serviceIP(this.nextAddress); address; address = this.network.serviceIP(this.nextAddress)) {
        this.nextAddress += 1;
        if (!taken.has(address)) return address;
      }
      this.nextAddress = round === 0 ? 0 : firstDynamicAddress;
    }
    return undefined;
  }

  private nodePorts(spec: Spec, others: KubeObject[], causes: Cause[]): JsonObject {
    const own = spec.ports ?? [];
    const key = (port: JsonObject): string => `${port.protocol ?? 'TCP'}/${port.nodePort}`;
    const taken = new Set(
      others
        .flatMap(portsOf)
        .filter((port) => port.nodePort)
        .map(key),
    );
    own.forEach((port, index) => {
      if (!port.nodePort) return;
      const number = Number(port.nodePort);
      const range = `provided port is not in the valid range. The range of valid ports is ${ports.first}-${ports.last}`;
      const why = number < ports.first || number > ports.last ? range : taken.has(key(port)) && 'provided port is already allocated';
      if (why) causes.push(invalidValue(`spec.ports[${index}].nodePort`, port.nodePort, why));
      taken.add(key(port));
    });
    if (!wantsNodePorts(spec) || causes.length > 0) return {};
    return { ports: own.map((port) => (port.nodePort ? port : { ...port, nodePort: this.freePort(port, taken, key) })) };
  }

  private freePort(port: JsonObject, taken: Set<string>, key: (port: JsonObject) => string): number {
    for (let tries = 0; tries <= ports.last - ports.first; tries += 1) {
      const nodePort = this.nextPort;
      this.nextPort = nodePort === ports.last ? ports.first : nodePort + 1;
      if (taken.has(key({ ...port, nodePort }))) continue;
      taken.add(key({ ...port, nodePort }));
      return nodePort;
    }
    throw invalid({ kind: 'Service', group: '' }, '', [
      { field: 'spec.ports', message: 'Internal error: failed to allocate a nodePort: range is full', reason: 'InternalError' },
    ]);
  }
}

/**
 * The update with what it leaves out but the Service has: an address, node ports of the same port. What the new type has no use for goes.
 * pkg/registry/core/service/strategy.go patchAllocatedValues, dropTypeDependentFields.
 */
export function keepAllocated(service: KubeObject, before: KubeObject): KubeObject {
  const [was, spec] = [specOf(before), { ...specOf(service) }];
  if (wantsAddress(spec) && wantsAddress(was) && !spec.clusterIP) {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) spec[field] ??= was[field] ?? null;
    spec.clusterIP = was.clusterIP ?? '';
  } else if (!wantsAddress(spec) && wantsAddress(was) && spec.clusterIP === was.clusterIP) {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete spec[field];
  }
  const same = (a: JsonObject, b: JsonObject): boolean => a.port === b.port && (a.protocol ?? 'TCP') === (b.protocol ?? 'TCP');
  const old = (port: JsonObject): Json | undefined => (was.ports ?? []).find((each) => same(each, port))?.nodePort;
  if (wantsNodePorts(spec)) {
    const named = new Set((spec.ports ?? []).map((port) => port.nodePort).filter(Boolean));
    spec.ports = (spec.ports ?? []).map((port) => {
      const nodePort = port.nodePort ? undefined : old(port);
      return nodePort && !named.has(nodePort) ? { ...port, nodePort } : port;
    });
  } else if (wantsNodePorts(was)) {
    spec.ports = (spec.ports ?? []).map((port) => {
      const { nodePort, ...rest } = port;
      return nodePort !== undefined && nodePort === old(port) ? rest : port;
    });
  }
  return { ...service, spec };
}
