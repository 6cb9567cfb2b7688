import type { EnvironmentSources } from '../environment/environment.ts';
import { type Pod, specOf } from './pod.ts';
import type { WorkerHost } from './worker-host.ts';

/** What a Pod's variables and volumes are made of, as the API has it now. */
export function environmentSources(pod: Pod, podIP: string, { registry, hostIP, allocatable }: WorkerHost): EnvironmentSources {
  const { namespace = 'default' } = pod.metadata;
  return {
    pod,
    podIP,
    hostIP,
    allocatable,
    services: specOf(pod).enableServiceLinks === false ? [] : registry.list('Service', namespace),
    apiService: registry.find('Service', 'default', 'kubernetes'),
    configMap: (name) => registry.find('ConfigMap', namespace, name),
    secret: (name) => registry.find('Secret', namespace, name),
  };
}
