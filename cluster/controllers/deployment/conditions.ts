import { timestamp } from '../../api/object.ts';
import type { Deployment } from './replica-sets.ts';

export type Condition = NonNullable<NonNullable<Deployment['status']>['conditions']>[number];

/** A condition that was decided now. */
export const newCondition = (type: string, status: string, reason: string, message: string, nowMs: number): Condition => ({
  type,
  status,
  reason,
  message,
  lastUpdateTime: timestamp(nowMs),
  lastTransitionTime: timestamp(nowMs),
});

export const conditionOf = (conditions: readonly Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type);

/** The list without that type. */
export const withoutCondition = (conditions: readonly Condition[], type: string): Condition[] =>
  conditions.filter((one) => one.type !== type);

/** The list with the condition: one of the same status and reason is left as it is, lastTransitionTime changes with status alone. */
export function withCondition(conditions: readonly Condition[], next: Condition): Condition[] {
  const current = conditionOf(conditions, next.type);
  if (current && current.status === next.status && current.reason === next.reason) return [...conditions];
  const lastTransitionTime = current?.status === next.status ? current.lastTransitionTime : next.lastTransitionTime;
  return [...withoutCondition(conditions, next.type), { ...next, ...(lastTransitionTime && { lastTransitionTime }) }];
}
