import type { Draft, Kinds } from '../../api/registry.ts';
import { ownerReference } from '../ownership.ts';

type Owner = Kinds['ReplicaSet'] | Kinds['StatefulSet'];

/** A Pod of an owner's template; `more` is what the owner adds of its own. */
export function podFromTemplate(owner: Owner, more: Partial<Draft<'Pod'>['metadata']>): Draft<'Pod'> {
  const { metadata, spec } = owner.spec?.template ?? {};
  if (!spec) throw new Error(`${owner.kind} ${owner.metadata.name} has no template`);
  return {
    metadata: {
      ...(metadata?.annotations && { annotations: { ...metadata.annotations } }),
      ...(owner.metadata.namespace && { namespace: owner.metadata.namespace }),
      ownerReferences: [ownerReference(owner)],
      ...more,
      labels: { ...metadata?.labels, ...more.labels },
    },
    spec: structuredClone(spec),
  };
}
