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

/** The same as an annotation, from the time before the field. */
const sourceRanges = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/**
 * LoadBalancer Services as ClusterIP. For runs whose loads come from inside the cluster: there nobody asks for the load balancer, and a cloud makes
 * one for each, outside of the lab's namespaces, for which the namespace then waits when it is deleted.
 */
export const onlyInside = (objects: readonly Manifest[]): Manifest[] =>
  objects.map((object) => {
    const { type, clusterIP, ports, ...spec } = (object.spec ?? {}) as ServiceSpec;
    // One without an address of its own is no LoadBalancer, and the API server says so.
    if (object.kind !== 'Service' || type !== 'LoadBalancer' || clusterIP === 'None') return object;
    const { annotations, ...metadata } = object.metadata as Manifest['metadata'] & { annotations?: Record<string, string> };
    return {
      ...object,
      metadata: { ...metadata, ...(annotations && { annotations: without([sourceRanges], annotations) }) },
      spec: {
        ...without(outsideOnly, spec),
        type: 'ClusterIP',
        ...(clusterIP !== undefined && { clusterIP }),
        ports: ports?.map((port) => without(['nodePort'], port)),
      },
    };
  });

interface ServiceSpec {
  type?: string;
  clusterIP?: string;
  ports?: object[];
  [field: string]: unknown;
}

const without = (fields: readonly string[], object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
