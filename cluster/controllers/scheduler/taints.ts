import type { Kinds } from '../../api/registry.ts';

type Taint = NonNullable<NonNullable<Kinds['Node']['spec']>['taints']>[number];
type Toleration = NonNullable<NonNullable<Kinds['Pod']['spec']>['tolerations']>[number];

/** Whether a toleration covers a taint (core/v1 ToleratesTaint): an absent key or effect covers all of them. */
const tolerates = (toleration: Toleration, taint: Taint): boolean =>
  (!toleration.effect || toleration.effect === taint.effect) &&
  (!toleration.key || toleration.key === taint.key) &&
  (toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? ''));

/** The first taint that keeps a Pod with those tolerations off a node; PreferNoSchedule keeps nobody off. */
export const untoleratedTaint = (taints: readonly Taint[] = [], tolerations: readonly Toleration[] = []): Taint | undefined =>
  taints.find(({ effect, ...rest }) => effect !== 'PreferNoSchedule' && !tolerations.some((one) => tolerates(one, { effect, ...rest })));
