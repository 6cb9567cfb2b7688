import { isObject } from '../api/object.ts';
import { type Entry, identities } from './entry.ts';
import type { Kustomization } from './kustomization.ts';
import { KustomizeError } from './kustomize-error.ts';

const scalable = ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'];

/** `replicas`: by name, whatever of the kinds that have replicas bears it. */
export function setReplicas(entries: Entry[], changes: NonNullable<Kustomization['replicas']>, file: string): void {
  for (const [index, { name, count }] of changes.entries()) {
    const found = entries.filter(
      (entry) => scalable.includes(entry.object.kind) && identities(entry).some((identity) => identity.name === name),
    );
    if (found.length === 0) throw new KustomizeError(`${file}: replicas[${index}]: no ${scalable.join(', ')} is called ${name}`);
    for (const { object } of found) object.spec = { ...(isObject(object.spec) && object.spec), replicas: count };
  }
}
