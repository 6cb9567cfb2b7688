import type { Kinds } from '../../api/registry.ts';
import { rollingUpdateBounds } from './rolling-update-bounds.ts';

export interface Share {
  /** spec.replicas of the ReplicaSet. */
  size: number;
  /** status.replicas of the Deployment: stands in for the annotation. */
  statusReplicas: number;
  /** What the ReplicaSet's annotation max-replicas says, if it is there. */
  maxReplicas?: number;
}

/**
 * Replicas to add to (or, negative, to take from) one ReplicaSet when its Deployment is scaled in the middle of a rollout, `toAdd` being due in
 * all and `added` already given to others (deployment_util.go GetReplicaSetProportion).
 */
export const replicaSetProportion = (share: Share, deployment: Pick<Kinds['Deployment'], 'spec'>, toAdd: number, added: number): number => {
  if (share.size === 0 || toAdd === 0 || toAdd === added) return 0;
  const fraction = replicaSetFraction(share, deployment);
  const allowed = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
};

const replicaSetFraction = (share: Share, deployment: Pick<Kinds['Deployment'], 'spec'>): number => {
  const replicas = deployment.spec?.replicas ?? 1;
  if (replicas === 0) return -share.size;
  // A negative annotation is as good as none.
  const before = share.maxReplicas && share.maxReplicas > 0 ? share.maxReplicas : share.statusReplicas;
  // Without the annotation and with no Pod at all there is nothing to be in proportion to.
  if (before === 0) return 0;
  const now = (share.size * (replicas + rollingUpdateBounds(deployment).maxSurge)) / before;
  return roundHalfAway(now) - share.size;
};

const roundHalfAway = (value: number): number => Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
