import type { Kinds } from '../../api/registry.ts';
import { resolveIntOrPercent } from '../../resources/int-or-percent.ts';

export interface RollingUpdateBounds {
  /** Pods that may exist beyond spec.replicas. */
  maxSurge: number;
  /** Pods that may be missing from spec.replicas. */
  maxUnavailable: number;
  /** Available Pods below which nothing is taken away. */
  minAvailable: number;
}

/**
 * maxSurge (a percentage rounds up) and maxUnavailable (rounds down) of `replicas`. Both 0 would stop every rollout: maxUnavailable is 1 then
 * (deployment_util.go ResolveFenceposts).
 */
export const resolveFenceposts = (maxSurge: number | string, maxUnavailable: number | string, replicas: number) => {
  const surge = resolveIntOrPercent(maxSurge, replicas, true);
  const unavailable = resolveIntOrPercent(maxUnavailable, replicas, false);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
};

/** Bounds that a Deployment's rollout keeps; none for Recreate (deployment_util.go MaxSurge, MaxUnavailable, MinAvailable). */
export const rollingUpdateBounds = ({ spec }: Pick<Kinds['Deployment'], 'spec'>): RollingUpdateBounds => {
  const replicas = spec?.replicas ?? 1;
  if (spec?.strategy?.type === 'Recreate') return { maxSurge: 0, maxUnavailable: 0, minAvailable: replicas };
  const rollingUpdate = spec?.strategy?.rollingUpdate;
  const { surge, unavailable } = resolveFenceposts(rollingUpdate?.maxSurge ?? '25%', rollingUpdate?.maxUnavailable ?? '25%', replicas);
  const maxUnavailable = Math.min(unavailable, replicas);
  return { maxSurge: surge, maxUnavailable, minAvailable: replicas - maxUnavailable };
};
