import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../cluster/platform.ts';

/** Label of a namespace by which Kubernetes takes no Pod that is less safe. */
const enforceLabel = 'pod-security.kubernetes.io/enforce';

export interface PodSecurity {
  /** Folders of components to build manifests with; none where these manifests or this cluster have no need of them. */
  components: string[];
  /** What namespaces that are for them alone carry: they enforce what the Pods promise. */
  labels: Record<string, string>;
}

/** How Pods are secured on a cluster. `manifests`: the folder that has `components/`; others than ours may have none. */
export function podSecurityOf({ podSecurity }: Pick<Cluster, 'podSecurity'>, manifests: string): PodSecurity {
  if (podSecurity === undefined) return { components: [], labels: {} };
  const component = join(manifests, 'components', podSecurity);
  return existsSync(component) ? { components: [component], labels: { [enforceLabel]: podSecurity } } : { components: [], labels: {} };
}
