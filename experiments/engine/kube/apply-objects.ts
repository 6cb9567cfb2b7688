import type { KubeClients } from '../experiment.ts';
import { LabError } from '../lab-error.ts';
import { isNotFound } from './kube-error.ts';

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  [field: string]: unknown;
}

/** What others refer to comes first; kinds that are not here come last. */
const kindOrder = ['ServiceAccount', 'ConfigMap', 'Secret', 'PersistentVolumeClaim', 'Service', 'StatefulSet', 'Deployment'];

/**
 * Makes an overlay's objects in a namespace, whatever other they name, in the order of their kinds; with `replace`, what is there already is
 * replaced. Rejects with a LabError that names what was refused: what is for the cluster, or for a namespace of Kubernetes itself, always is.
 */
export async function applyObjects(kube: KubeClients, namespace: string, objects: Manifest[], { replace = false } = {}): Promise<void> {
  const plurals = new PluralNames(kube);
  const rank = ({ kind }: Manifest): number => (kindOrder.includes(kind) ? kindOrder.indexOf(kind) : kindOrder.length);
  const ranks = [...new Set(objects.map(rank))].sort((a, b) => a - b);
  for (const one of ranks) {
    await Promise.all(
      objects
        .filter((object) => rank(object) === one)
        .map(async (object) => {
          const { plural, namespaced } = await plurals.of(object);
          if (!namespaced)
            throw new LabError(`${object.kind} ${object.metadata.name} is not for a namespace: an overlay must not change the cluster`);
          if (object.metadata.namespace?.startsWith('kube-'))
            throw new LabError(
              `${object.kind} ${object.metadata.name} is for namespace ${object.metadata.namespace}: a lab changes no namespace but its own`,
            );
          const path = `${apiRoot(object.apiVersion)}/namespaces/${namespace}/${plural}`;
          const manifest = { ...object, metadata: { ...object.metadata, namespace } };
          try {
            await (replace ? createOrReplace(kube, path, manifest) : kube.request('POST', `${path}${strict}`, manifest));
          } catch (error) {
            throw new LabError(`${object.kind} ${object.metadata.name} was refused: ${(error as Error).message}`, {
              hint: 'mend the manifest',
              cause: error,
            });
          }
        }),
    );
  }
}

const strict = '?fieldValidation=Strict';

/** Not by a POST that is refused: a Service that is there already would be refused for its node port, before its name. */
async function createOrReplace(kube: KubeClients, path: string, manifest: Manifest): Promise<void> {
  const there = `${path}/${manifest.metadata.name}`;
  const before = await kube.request<{ metadata: { resourceVersion: string } }>('GET', there).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (!before) return kube.request('POST', `${path}${strict}`, manifest);
  const { resourceVersion } = before.metadata;
  await kube.request('PUT', `${there}${strict}`, { ...manifest, metadata: { ...manifest.metadata, resourceVersion } });
}

const apiRoot = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

/** Asks the API how kinds are called in paths, once for each group. */
class PluralNames {
  private readonly kube: KubeClients;
  private readonly lists = new Map<string, Promise<ResourceList>>();
  constructor(kube: KubeClients) {
    this.kube = kube;
  }

  async of({ apiVersion, kind, metadata }: Manifest): Promise<{ plural: string; namespaced: boolean }> {
    const list = this.lists.get(apiVersion) ?? this.kube.request<ResourceList>('GET', apiRoot(apiVersion));
    this.lists.set(apiVersion, list);
    const found = (await list.catch(() => ({ resources: [] }))).resources.find((one) => one.kind === kind && !one.name.includes('/'));
    if (!found) throw new LabError(`the cluster does not know ${kind} of ${apiVersion} (${metadata.name})`);
    return { plural: found.name, namespaced: found.namespaced };
  }
}
