import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildKustomization } from '../cluster/kustomize/build.ts';
import type { Manifest } from '../cluster/kustomize/entry.ts';
import type { Cluster } from '../cluster/platform.ts';

/** Label of a namespace by which Kubernetes takes no Pod that is less safe (pod-security.kubernetes.io/enforce). */
const enforceLabel = 'pod-security.kubernetes.io/enforce';

/** How manifests become the objects of one cluster: with the component for its Pods' security, where these manifests have it. */
export interface ManifestBuild {
  build(folder: string): Promise<Manifest[]>;
  /** What the namespaces that they are for carry: they enforce what the Pods promise. */
  labels: Record<string, string>;
}

/** `manifests`: the folder that has `components/`; others than ours may have none. */
export function manifestBuild({ podSecurity }: Pick<Cluster, 'podSecurity'>, manifests: string): ManifestBuild {
  const component = podSecurity === undefined ? undefined : join(manifests, 'components', podSecurity);
  if (component === undefined || !existsSync(component)) return { build: (folder) => buildKustomization(folder), labels: {} };
  return { build: (folder) => buildKustomization(folder, [component]), labels: { [enforceLabel]: String(podSecurity) } };
}
