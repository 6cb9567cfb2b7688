import type { Kind, Registry } from '../../api/registry.ts';
import { type Again, WorkQueue } from '../work-queue.ts';

/** What lives in namespaces; what makes others goes first, so that nothing comes back. */
const contents = [
  ...['Deployment', 'StatefulSet', 'HorizontalPodAutoscaler', 'ReplicaSet', 'Pod', 'Service', 'EndpointSlice', 'Endpoints'],
  ...['ConfigMap', 'Secret', 'ServiceAccount', 'ControllerRevision', 'Lease', 'Event'],
] as Kind[];

/** Empties namespaces that are being deleted and lets them go; gives each new one its ServiceAccount `default`. Answers how to stop. */
export function startNamespaceController(registry: Registry, log: (line: string) => void): () => void {
  const queue = new WorkQueue((key) => sync(key), log);

  function sync(name: string): Again | undefined {
    const namespace = registry.find('Namespace', '', name);
    if (!namespace) return undefined;
    if (!namespace.metadata.deletionTimestamp) {
      if (!registry.find('ServiceAccount', name, 'default'))
        registry.create('ServiceAccount', { metadata: { name: 'default', namespace: name } });
      return undefined;
    }
    for (const kind of contents) {
      for (const { metadata } of registry.list(kind, name)) if (!metadata.deletionTimestamp) registry.delete(kind, name, metadata.name);
    }
    const left = contents.some((kind) => registry.list(kind, name).length > 0);
    if (!left) registry.finalizeNamespace(name);
    return undefined;
  }

  const stops = [
    registry.watch('Namespace', ({ object }) => queue.add(object.metadata.name)),
    ...contents.map((kind) =>
      registry.watch(kind, ({ object: { metadata } }) => {
        const home = registry.find('Namespace', '', metadata.namespace ?? '');
        if (home?.metadata.deletionTimestamp) queue.add(home.metadata.name);
        else if (kind === 'ServiceAccount' && metadata.name === 'default') queue.add(metadata.namespace ?? '');
      }),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}
