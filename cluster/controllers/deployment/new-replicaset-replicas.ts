import type { Kinds } from '../../api/registry.ts';
import { rollingUpdateBounds } from './rolling-update-bounds.ts';

/**
 * Size that the new ReplicaSet may have now, `others` and `newSize` being spec.replicas of the old ones and of itself. It counts what is asked
 * for, not what runs, so Pods that still terminate do not hold it back (deployment_util.go NewRSNewReplicas).
 */
export const newReplicaSetReplicas = (
  deployment: Pick<Kinds['Deployment'], 'spec'>,
  others: readonly number[],
  newSize: number,
): number => {
  const replicas = deployment.spec?.replicas ?? 1;
  if (deployment.spec?.strategy?.type === 'Recreate') return replicas;
  const total = others.reduce((sum, size) => sum + size, newSize);
  const room = replicas + rollingUpdateBounds(deployment).maxSurge - total;
  return room <= 0 ? newSize : newSize + Math.min(room, replicas - newSize);
};
