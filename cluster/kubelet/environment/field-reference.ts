import type { Pod } from '../pods/pod.ts';

export interface Addresses {
  podIP: string;
  hostIP: string;
}

const MAP_ENTRY = /^metadata\.(labels|annotations)\['(.+)'\]$/;

/** The value of a fieldRef, in the environment or in a downwardAPI volume (pkg/fieldpath, kubelet_pods.go podFieldSelectorRuntimeValue). */
export function fieldValue(path: string, pod: Pod, { podIP, hostIP }: Addresses): string {
  const { metadata, spec } = pod;
  const [, map, key] = MAP_ENTRY.exec(path) ?? [];
  if (map && key) return (map === 'labels' ? metadata.labels : metadata.annotations)?.[key] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return formatMap(metadata.labels);
    case 'metadata.annotations':
      return formatMap(metadata.annotations);
    case 'spec.nodeName':
      return spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIP;
    case 'status.podIP':
    case 'status.podIPs':
      return podIP;
    default:
      throw new Error(`unsupported fieldPath: ${path}`);
  }
}

const formatMap = (map: Record<string, string> = {}): string =>
  Object.entries(map)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
