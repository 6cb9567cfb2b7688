import { KubeError, LabError } from '../errors.ts';
import type { KubeClients } from '../experiment.ts';
import { collectionPath, creationOrder } from './paths.ts';

/** An object of a manifest. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  [field: string]: unknown;
}

/** Creates the objects in the namespace, or brings those that are there up to the manifest, in the order in which they need each other. */
export async function applyObjects(kube: KubeClients, namespace: string, objects: Manifest[]): Promise<void> {
  const ordered = [...objects].sort((a, b) => creationOrder(a.kind) - creationOrder(b.kind));
  for (const object of ordered) {
    const manifest = { ...object, metadata: { ...object.metadata, namespace } };
    const path = collectionPath(object.apiVersion, object.kind, namespace);
    try {
      await kube.request('POST', `${path}?fieldManager=shoplab&fieldValidation=Strict`, manifest);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (error.code !== 409)
        throw new LabError(`${object.kind} ${object.metadata.name} was not accepted: ${error.message}`, { cause: error });
      await kube.request(
        'PATCH',
        `${path}/${object.metadata.name}?fieldManager=shoplab&fieldValidation=Strict`,
        manifest,
        'application/merge-patch+json',
      );
    }
  }
}
