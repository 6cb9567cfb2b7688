import { isApiError } from '../../api/errors.ts';
import type { Kinds, Registry } from '../../api/registry.ts';
import { selectorText } from '../../resources/label-selector.ts';
import type { Autoscaler } from './sync-autoscaler.ts';

type Scalable = 'Deployment' | 'ReplicaSet' | 'StatefulSet';
const scalable: readonly string[] = ['Deployment', 'ReplicaSet', 'StatefulSet'] satisfies Scalable[];

/** What an autoscaler scales. */
export interface ScaleTarget {
  replicas: number;
  /** As Scale.status.selector has it; '' where there is none. */
  selector: string;
  scaleTo(replicas: number): void;
}

/** The target of an autoscaler, or in words why it has none. */
export function scaleTargetOf(registry: Registry, { metadata, spec }: Autoscaler): ScaleTarget | string {
  const { apiVersion = '', kind = '', name = '' } = spec?.scaleTargetRef ?? {};
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  if (group !== 'apps' || !scalable.includes(kind)) return `no matches for kind "${kind}" in group "${group}"`;
  const { namespace = '' } = metadata;
  let found: Kinds[Scalable];
  try {
    found = registry.get(kind as Scalable, namespace, name);
  } catch (error) {
    if (isApiError(error)) return error.message;
    throw error;
  }
  return {
    replicas: found.spec?.replicas ?? 1,
    selector: selectorText(found.spec?.selector),
    scaleTo: (replicas) => {
      registry.update(kind as Scalable, { ...found, spec: { ...found.spec, replicas } } as never);
    },
  };
}
