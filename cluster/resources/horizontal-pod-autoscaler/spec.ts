import type { KubeObject } from '../../api/object.ts';
import type { Kinds } from '../../api/registry.ts';

type Autoscaler = Kinds['HorizontalPodAutoscaler'];

/** The spec of an object of autoscaling/v2. */
export const specOf = (object: KubeObject): NonNullable<Autoscaler['spec']> =>
  (object as unknown as Autoscaler).spec ?? ({} as NonNullable<Autoscaler['spec']>);
