import type { V2HPAScalingRules } from '@kubernetes/client-node';
import type { Wire } from '../../api/object.ts';
import { type Remembered, type ScaleEvent, within } from './remembered.ts';

export type ScalingRules = Wire<V2HPAScalingRules>;

/**
 * How far the policies let the size go from where their period began: Max takes the largest change, Min the smallest, Disabled none
 * (horizontal.go calculateScaleUpLimitWithScalingRules, calculateScaleDownLimitWithBehaviors). It may lie on the other side of `current`.
 */
export function rateLimit(
  direction: 'up' | 'down',
  current: number,
  { scaleUpEvents, scaleDownEvents }: Remembered,
  { selectPolicy, policies = [] }: ScalingRules,
  nowMs: number,
): number {
  if (selectPolicy === 'Disabled') return current;
  const changed = (events: readonly ScaleEvent[], seconds: number): number =>
    within(events, seconds * 1000, nowMs).reduce((sum, { change }) => sum + change, 0);
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current - changed(scaleUpEvents, periodSeconds) + changed(scaleDownEvents, periodSeconds);
    if (direction === 'up') return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  const highest = (selectPolicy === 'Min') === (direction === 'down');
  return highest ? Math.max(...limits) : Math.min(...limits);
}
