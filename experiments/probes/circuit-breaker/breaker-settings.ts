import type { Lab } from '../../engine/experiment.ts';

/** How order guards its calls to delivery. */
export interface BreakerSettings {
  /** 0: none. */
  timeoutMs: number;
  isOn: boolean;
  /** Failures in a row that open it. */
  failures: number;
  /** How long it is open before one call may try. */
  halfOpenMs: number;
}

/** Order's settings as its ConfigMap `shop` has them; what is not there is order's default (shop/common/settings.ts). */
export async function readBreakerSettings(lab: Lab): Promise<BreakerSettings> {
  const path = `/api/v1/namespaces/${lab.namespace}/configmaps/shop`;
  const { data = {} } = await lab.kube.request<{ data?: Record<string, string> }>('GET', path);
  return {
    timeoutMs: Number(data.SYNC_TIMEOUT_MS ?? 1000),
    isOn: (data.BREAKER ?? 'on') === 'on',
    failures: Number(data.BREAKER_FAILURES ?? 5),
    halfOpenMs: Number(data.BREAKER_HALF_OPEN_MS ?? 5000),
  };
}
