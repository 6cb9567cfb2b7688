import { milliValue } from './quantity.ts';

type Resources = { requests?: Record<string, string>; limits?: Record<string, string> } | undefined;
const counted = ['cpu', 'memory'];

/** A Pod's quality of service from its containers' resources (init containers too), after defaulting (pkg/apis/core/v1/helper/qos). */
export function computeQosClass(containers: Resources[]): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const amounts = (list: Record<string, string> | undefined) =>
    Object.fromEntries(counted.map((name) => [name, milliValue(list?.[name])] as const));
  const sum = { requests: { cpu: 0, memory: 0 } as Record<string, number>, limits: { cpu: 0, memory: 0 } as Record<string, number> };
  let everyLimit = true;
  for (const container of containers) {
    for (const side of ['requests', 'limits'] as const) {
      for (const [name, amount] of Object.entries(amounts(container?.[side]))) sum[side][name] = (sum[side][name] ?? 0) + amount;
    }
    everyLimit &&= counted.every((name) => milliValue(container?.limits?.[name]) > 0);
  }
  const total = [...Object.values(sum.requests), ...Object.values(sum.limits)];
  if (total.every((amount) => amount === 0)) return 'BestEffort';
  const equal = counted.every((name) => sum.requests[name] === sum.limits[name]);
  return everyLimit && equal ? 'Guaranteed' : 'Burstable';
}
