import { at, type KubeObject } from '../api/object.ts';
import type { Kinds } from '../api/registry.ts';
import { duplicate, forbidden, invalidValue, notSupported, required } from './causes.ts';
import { ageColumn, nameColumn } from './columns.ts';
import { defineResource } from './define.ts';
import { labelCauses, nameErrors, portErrors } from './names.ts';
import { serviceNotHonoured } from './not-honoured.ts';
import { targetPort } from './pod/validate-handler.ts';
import type { Cause } from './resource.ts';

const typed = (object: KubeObject): NonNullable<Kinds['Service']['spec']> => (object as unknown as Kinds['Service']).spec ?? {};
const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];

function applyDefaults(object: KubeObject): KubeObject {
  const spec = typed(object);
  const type = spec.type || 'ClusterIP';
  const external = type === 'NodePort' || type === 'LoadBalancer';
  const sessionAffinity = spec.sessionAffinity || 'None';
  return {
    ...object,
    spec: {
      ...spec,
      type,
      sessionAffinity,
      ...(sessionAffinity === 'ClientIP' && {
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 }, ...spec.sessionAffinityConfig },
      }),
      ...(type !== 'ExternalName' && { internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster' }),
      ...(external && { externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster' }),
      ...(type === 'LoadBalancer' && { allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true }),
      ...(spec.ports && {
        ports: spec.ports.map((port) => ({ ...port, protocol: port.protocol || 'TCP', targetPort: port.targetPort || port.port })),
      }),
    },
  };
}

function validate(object: KubeObject): Cause[] {
  const spec = typed(object);
  const ports = spec.ports ?? [];
  return [
    ...labelCauses('spec.selector', spec.selector ?? {}),
    ...(spec.type === 'ExternalName' && !spec.externalName ? [required('spec.externalName')] : []),
    ...(types.includes(spec.type ?? '') ? [] : [notSupported('spec.type', spec.type, types)]),
    ...(ports.length === 0 && spec.clusterIP !== 'None' && spec.type !== 'ExternalName' ? [required('spec.ports')] : []),
    ...ports.flatMap((port, index) => {
      const path = `spec.ports[${index}]`;
      const again = ports.findIndex((one) => one.name === port.name) < index && ports.length > 1;
      return [
        ...(ports.length > 1 && !port.name ? [required(`${path}.name`)] : []),
        ...(port.name ? nameErrors('DNS label', port.name).map((why) => invalidValue(`${path}.name`, port.name, why)) : []),
        ...(port.name && again ? [duplicate(`${path}.name`, port.name)] : []),
        ...(ports.findIndex((one) => one.port === port.port && one.protocol === port.protocol) < index
          ? [duplicate(path, { Name: '', Protocol: port.protocol, AppProtocol: null, Port: port.port, TargetPort: 0, NodePort: 0 })]
          : []),
        ...portErrors(port.port ?? 0).map((why) => invalidValue(`${path}.port`, port.port ?? 0, why)),
        ...(['TCP', 'UDP', 'SCTP'].includes(port.protocol ?? '')
          ? []
          : [notSupported(`${path}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP'])]),
        ...targetPort(`${path}.targetPort`, port.targetPort),
        ...(port.nodePort && spec.type === 'ClusterIP'
          ? [forbidden(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'")]
          : []),
      ];
    }),
    ...(['None', 'ClientIP'].includes(spec.sessionAffinity ?? '')
      ? []
      : [notSupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None'])]),
  ];
}

/** An address stays, unless the Service ceases to have one. What a write leaves out is kept by the allocator, which knows what is free. */
function validateUpdate(object: KubeObject, old: KubeObject): Cause[] {
  const [after, before] = [typed(object), typed(old).clusterIP];
  if (after.type === 'ExternalName' || !before || after.clusterIP === before) return [];
  return [invalidValue('spec.clusterIPs[0]', [after.clusterIP], 'may not change once set')];
}

function externalIP(object: KubeObject): string {
  const spec = typed(object);
  if (spec.type === 'ExternalName') return spec.externalName ?? '';
  if (spec.type !== 'LoadBalancer') return spec.externalIPs?.join(',') || '<none>';
  const ingress = (object as unknown as Kinds['Service']).status?.loadBalancer?.ingress ?? [];
  return [...ingress.map((one) => one.ip ?? one.hostname), ...(spec.externalIPs ?? [])].join(',') || '<pending>';
}

const portsText = (object: KubeObject): string =>
  typed(object)
    .ports?.map((port) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ''}/${port.protocol}`)
    .join(',') || '<none>';
const selectorOf = (object: KubeObject): string =>
  Object.entries(typed(object).selector ?? {})
    .map((pair) => pair.join('='))
    .sort()
    .join(',') || '<none>';

export const service = defineResource('v1', 'Service', {
  shortNames: ['svc'],
  categories: ['all'],
  subresources: ['status', 'proxy'],
  nameRule: 'DNS-1035 label',
  applyDefaults,
  prepareForCreate: (object) => ({ ...object, status: { loadBalancer: {} } }),
  validate,
  validateUpdate,
  warnings: (object) => serviceNotHonoured(typed(object)),
  columns: [
    nameColumn,
    { name: 'Type', cell: (object) => typed(object).type ?? '' },
    { name: 'Cluster-IP', cell: (object) => typed(object).clusterIP || '<none>' },
    { name: 'External-IP', cell: externalIP },
    { name: 'Port(s)', cell: portsText },
    ageColumn,
    { name: 'Selector', wide: true, cell: (object) => (at(object, 'spec', 'selector') ? selectorOf(object) : '<none>') },
  ],
});
