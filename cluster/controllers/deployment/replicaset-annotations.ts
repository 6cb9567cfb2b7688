import type { Deployment, ReplicaSet } from './replica-sets.ts';
import { rollingUpdateBounds } from './rolling-update-bounds.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history';
export const desiredReplicasAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxReplicasAnnotation = 'deployment.kubernetes.io/max-replicas';

const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
]);
const maxHistoryLength = 2000;

/** Revision of a ReplicaSet, 0 where it has none. */
export const revisionOf = (replicaSet: ReplicaSet): number => readCount(replicaSet, revisionAnnotation) ?? 0;

/** A number kept in an annotation; undefined where absent or not a number. */
export const readCount = (replicaSet: ReplicaSet, annotation: string): number | undefined => {
  const text = replicaSet.metadata.annotations?.[annotation];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
};

/** The annotations by which proportional scaling later knows what the Deployment wanted. */
export const sizeAnnotations = (deployment: Deployment): Record<string, string> => {
  const replicas = deployment.spec?.replicas ?? 1;
  const { maxSurge } = rollingUpdateBounds(deployment);
  return { [desiredReplicasAnnotation]: String(replicas), [maxReplicasAnnotation]: String(replicas + maxSurge) };
};

/**
 * Annotations of the new ReplicaSet: the Deployment's, and the revision `revision` unless it has a higher one. A ReplicaSet that is rolled back
 * to gets a new revision and remembers its old ones (deployment_util.go SetNewReplicaSetAnnotations).
 */
export const newReplicaSetAnnotations = (
  deployment: Deployment,
  existing: Record<string, string> | undefined,
  revision: number,
): Record<string, string> => {
  const annotations = { ...existing };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!notCopied.has(key)) annotations[key] = value;
  const own = annotations[revisionAnnotation];
  const ownNumber = own === undefined || own === '' ? 0 : Number(own);
  if (Number.isNaN(ownNumber) || ownNumber >= revision) return annotations;
  annotations[revisionAnnotation] = String(revision);
  if (own !== undefined) annotations[revisionHistoryAnnotation] = remember(annotations[revisionHistoryAnnotation], own);
  return existing === undefined ? { ...annotations, ...sizeAnnotations(deployment) } : annotations;
};

/** Adds a revision to the comma list, dropping the oldest ones where it grows too long. */
const remember = (history: string | undefined, revision: string): string => {
  const revisions = [...(history ? history.split(',') : []), revision];
  while (revisions.length > 1 && revisions.join(',').length > maxHistoryLength) revisions.shift();
  return revisions.join(',');
};
