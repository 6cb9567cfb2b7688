import type { Manifest } from '../experiments/engine/kube/apply-objects.ts';

/** Fields of a Service's spec that only one that answers outside of its cluster may have (core/v1 ServiceSpec). */
const outsideOnly = [
  'allocateLoadBalancerNodePorts',
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'loadBalancerClass',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
];

/**
 * LoadBalancer Services as ClusterIP. For runs whose loads come from inside the cluster: there nobody asks for the load balancer, and a cloud makes
 * one for each, outside of the lab's namespaces, for which the namespace then waits when it is deleted.
 */
export const onlyInside = (objects: readonly Manifest[]): Manifest[] =>
  objects.map((object) => {
    const { type, ports, ...spec } = (object.spec ?? {}) as { type?: string; ports?: { nodePort?: number }[]; [field: string]: unknown };
    if (object.kind !== 'Service' || type !== 'LoadBalancer') return object;
    const inside = Object.fromEntries(Object.entries(spec).filter(([field]) => !outsideOnly.includes(field)));
    return { ...object, spec: { ...inside, type: 'ClusterIP', ports: ports?.map(({ nodePort: _, ...port }) => port) } };
  });
