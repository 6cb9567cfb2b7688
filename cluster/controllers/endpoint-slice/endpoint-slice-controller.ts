import type { Kinds, Registry } from '../../api/registry.ts';
import { isControlledBy, ownerReference } from '../ownership.ts';
import { keyOf, splitKey, WorkQueue } from '../work-queue.ts';
import { computeSlices, computeSubsets } from './compute-slices.ts';

type Service = Kinds['Service'];
const serviceLabel = 'kubernetes.io/service-name';
const manager = 'endpointslice-controller.k8s.io';

const selects = (service: Service, labels: Record<string, string> | undefined): boolean => {
  const wanted = Object.entries(service.spec?.selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels?.[key] === value);
};

/** Keeps the EndpointSlices, and the older Endpoints, of Services that have a selector. Answers how to stop. */
export function startEndpointSliceController(registry: Registry, log: (line: string) => void): () => void {
  const queue = new WorkQueue((key) => {
    const [namespace, name] = splitKey(key);
    const service = registry.find('Service', namespace, name);
    if (service && !service.metadata.deletionTimestamp && Object.keys(service.spec?.selector ?? {}).length > 0) sync(service);
    return undefined;
  }, log);

  function sync(service: Service): void {
    const { namespace = '', name } = service.metadata;
    const pods = registry.list('Pod', namespace).filter((pod) => selects(service, pod.metadata.labels));
    const contents = computeSlices(service, pods);
    const there = registry
      .list('EndpointSlice', namespace)
      .filter((slice) => isControlledBy(slice, service) && !slice.metadata.deletionTimestamp);
    const labels = {
      ...service.metadata.labels,
      [serviceLabel]: name,
      'endpointslice.kubernetes.io/managed-by': manager,
      ...(service.spec?.clusterIP === 'None' && { 'service.kubernetes.io/headless': '' }),
    };
    for (const [index, content] of contents.entries()) {
      const slice = there[index];
      if (slice) {
        const { ports: _former, ...rest } = slice;
        registry.update('EndpointSlice', { ...rest, metadata: { ...slice.metadata, labels }, ...content });
      } else {
        const metadata = { generateName: `${name}-`, namespace, labels, ownerReferences: [ownerReference(service)] };
        registry.create('EndpointSlice', { metadata, ...content });
      }
    }
    for (const slice of there.slice(contents.length)) registry.delete('EndpointSlice', namespace, slice.metadata.name);
    const subsets = computeSubsets(service, contents);
    const endpoints = registry.find('Endpoints', namespace, name);
    if (!endpoints) {
      const labels = { ...service.metadata.labels, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
      registry.create('Endpoints', { metadata: { name, namespace, labels, ownerReferences: [ownerReference(service)] }, subsets });
    } else registry.update('Endpoints', { ...endpoints, subsets });
  }

  const stops = [
    registry.watch('Service', ({ object }) => queue.add(keyOf(object))),
    // What somebody else takes away or changes is made good.
    registry.watch('EndpointSlice', ({ object: { metadata } }) => {
      const name = metadata.labels?.[serviceLabel];
      if (name) queue.add(`${metadata.namespace ?? ''}/${name}`);
    }),
    registry.watch('Endpoints', ({ object }) => queue.add(keyOf(object))),
    registry.watch('Pod', ({ object, before }) => {
      for (const service of registry.list('Service', object.metadata.namespace)) {
        if (selects(service, object.metadata.labels) || (before && selects(service, before.metadata.labels))) queue.add(keyOf(service));
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}
