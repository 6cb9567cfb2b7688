import { type Condition, conditionOf, newCondition, withCondition, withoutCondition } from './conditions.ts';
import { type Deployment, type ReplicaSet, totalAvailable, totalSize } from './replica-sets.ts';
import { rollingUpdateBounds } from './rolling-update-bounds.ts';

type Status = NonNullable<Deployment['status']>;
const noDeadline = 2_147_483_647;

export const hasProgressDeadline = ({ spec }: Deployment): boolean =>
  spec?.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== noDeadline;

const sum = (replicaSets: readonly ReplicaSet[], field: 'replicas' | 'readyReplicas'): number =>
  replicaSets.reduce((total, one) => total + (one.status?.[field] ?? 0), 0);

/** Counts and the Available condition (sync.go calculateStatus). `all` as they were before this sync's writes. */
export function computeStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
  conditions: readonly Condition[],
  nowMs: number,
): Status {
  const availableReplicas = totalAvailable(all);
  const wanted = deployment.spec?.replicas ?? 1;
  const enough = availableReplicas >= wanted - rollingUpdateBounds(deployment).maxUnavailable;
  const available = enough
    ? newCondition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', nowMs)
    : newCondition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', nowMs);
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sum(all, 'replicas'),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sum(all, 'readyReplicas'),
    availableReplicas,
    unavailableReplicas: Math.max(0, totalSize(all) - availableReplicas),
    ...(deployment.status?.collisionCount !== undefined && { collisionCount: deployment.status.collisionCount }),
    conditions: withCondition(conditions, available),
  };
}

/** All Pods are of the new template, and available (deployment_util.go DeploymentComplete). */
export const isComplete = (deployment: Deployment, status: Status): boolean => {
  const wanted = deployment.spec?.replicas ?? 1;
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
};

/** Something went forward against the stored status (deployment_util.go DeploymentProgressing). */
const isProgressing = (former: Status, now: Status): boolean => {
  const old = (status: Status): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (now.updatedReplicas ?? 0) > (former.updatedReplicas ?? 0) ||
    old(now) < old(former) ||
    (now.readyReplicas ?? 0) > (former.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (former.availableReplicas ?? 0)
  );
};

/** When progress is overdue, in milliseconds since the epoch; undefined where nothing is waited for. */
export function deadlineMs(deployment: Deployment, conditions: readonly Condition[]): number | undefined {
  const condition = conditionOf(conditions, 'Progressing');
  if (!hasProgressDeadline(deployment) || !condition || condition.reason === 'NewReplicaSetAvailable') return undefined;
  return Date.parse(condition.lastUpdateTime ?? '') + (deployment.spec?.progressDeadlineSeconds ?? 0) * 1000;
}

/** The status with Progressing and ReplicaFailure judged (progress.go syncRolloutStatus). */
export function judgeRollout(
  deployment: Deployment,
  status: Status,
  all: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
  nowMs: number,
): Status {
  let conditions = [...(status.conditions ?? [])];
  if (!hasProgressDeadline(deployment)) conditions = withoutCondition(conditions, 'Progressing');
  const progressing = conditionOf(deployment.status?.conditions, 'Progressing');
  const wasDone = status.replicas === status.updatedReplicas && progressing?.reason === 'NewReplicaSetAvailable';
  if (hasProgressDeadline(deployment) && !wasDone) {
    const subject = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
    const judged = (value: string, reason: string, what: string): Condition =>
      newCondition('Progressing', value, reason, `${subject} ${what}`, nowMs);
    if (isComplete(deployment, status))
      conditions = withCondition(conditions, judged('True', 'NewReplicaSetAvailable', 'has successfully progressed.'));
    else if (isProgressing(deployment.status ?? {}, status)) {
      const next = judged('True', 'ReplicaSetUpdated', 'is progressing.');
      // Each progress counts anew towards the deadline, so it is written also where status and reason stay.
      const kept = progressing?.status === 'True' ? { lastTransitionTime: progressing.lastTransitionTime } : {};
      conditions = [...withoutCondition(conditions, 'Progressing'), { ...next, ...kept } as Condition];
    } else if (progressing && isOverdue(deployment, progressing, nowMs)) {
      conditions = withCondition(conditions, judged('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'));
    }
  }
  const failure = replicaFailure(all, current);
  conditions = failure ? withCondition(conditions, failure) : withoutCondition(conditions, 'ReplicaFailure');
  return { ...status, conditions };
}

function isOverdue(deployment: Deployment, condition: Condition, nowMs: number): boolean {
  if (condition.reason === 'ProgressDeadlineExceeded') return true;
  const due = deadlineMs(deployment, [condition]);
  return due !== undefined && due < nowMs;
}

/** What a ReplicaSet says that it cannot do; of the new one first. */
function replicaFailure(all: readonly ReplicaSet[], current: ReplicaSet | undefined): Condition | undefined {
  const holder = [...(current ? [current] : []), ...all].find((one) =>
    one.status?.conditions?.some(({ type }) => type === 'ReplicaFailure'),
  );
  const found = holder?.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  if (!found) return undefined;
  const { type, status, reason = '', message = '', lastTransitionTime } = found;
  return { type, status, reason, message, ...(lastTransitionTime && { lastTransitionTime, lastUpdateTime: lastTransitionTime }) };
}
