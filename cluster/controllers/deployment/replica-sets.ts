import type { Kinds } from '../../api/registry.ts';

export type Deployment = Kinds['Deployment'];
export type ReplicaSet = Kinds['ReplicaSet'];

/** spec.replicas of a ReplicaSet, 1 where absent. */
export const sizeOf = (replicaSet: ReplicaSet): number => replicaSet.spec?.replicas ?? 1;

/** Pods that the ReplicaSets ask for, together. */
export const totalSize = (replicaSets: readonly ReplicaSet[]): number => replicaSets.reduce((sum, one) => sum + sizeOf(one), 0);

/** Pods that are available, of all the ReplicaSets. */
export const totalAvailable = (replicaSets: readonly ReplicaSet[]): number =>
  replicaSets.reduce((sum, one) => sum + (one.status?.availableReplicas ?? 0), 0);

/** Those that ask for Pods. */
export const activeOnly = (replicaSets: readonly ReplicaSet[]): ReplicaSet[] => replicaSets.filter((one) => sizeOf(one) > 0);

/** Order by age, oldest first; names decide between equals. */
export const byAge = (a: ReplicaSet, b: ReplicaSet): number =>
  a.metadata.creationTimestamp === b.metadata.creationTimestamp
    ? compareText(a.metadata.name, b.metadata.name)
    : compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
