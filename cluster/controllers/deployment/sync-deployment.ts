import { sameJson } from '../../api/object.ts';
import type { Kinds } from '../../api/registry.ts';
import { isPodFinished } from '../pods/pod-readiness.ts';
import { type Condition, conditionOf, newCondition, withCondition } from './conditions.ts';
import { computeStatus, hasProgressDeadline, isComplete, judgeRollout } from './deployment-status.ts';
import { newReplicaSetReplicas } from './new-replicaset-replicas.ts';
import { activeOnly, byAge, type Deployment, type ReplicaSet, sizeOf, totalAvailable, totalSize } from './replica-sets.ts';
import {
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  newReplicaSetAnnotations,
  readCount,
  revisionAnnotation,
  revisionOf,
  sizeAnnotations,
} from './replicaset-annotations.ts';
import { replicaSetProportion } from './replicaset-proportion.ts';
import { rollingUpdateBounds } from './rolling-update-bounds.ts';

type Pod = Kinds['Pod'];
type Status = NonNullable<Deployment['status']>;

/** How a sync writes. The loop writes to the registry; tests keep what was written. */
export interface SyncWrites {
  /** Creates the ReplicaSet of the Deployment's template. Throws what the API says. */
  createReplicaSet(annotations: Record<string, string>, replicas: number): ReplicaSet;
  updateReplicaSet(replicaSet: ReplicaSet): ReplicaSet;
  deleteReplicaSet(replicaSet: ReplicaSet): void;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

export interface SyncState {
  deployment: Deployment;
  /** All that it owns. */
  replicaSets: ReplicaSet[];
  /** Pods of those, of any phase. */
  pods: Pod[];
  nowMs: number;
}

/** What the Deployment itself is to say afterwards. */
export interface SyncResult {
  status: Status;
  /** Its revision annotation, where it is to be written. */
  revision: string | undefined;
}

/** One sync of the Deployment controller (pkg/controller/deployment syncDeployment): at most one step of a rollout, then the status. */
export function syncDeployment(state: SyncState, writes: SyncWrites): SyncResult {
  return new Sync(state, writes).run();
}

/** Whether the ReplicaSet is of that template, the hash label apart. */
export function isOfTemplate(replicaSet: ReplicaSet, deployment: Deployment): boolean {
  const { template } = replicaSet.spec ?? {};
  const { 'pod-template-hash': _hash, ...labels } = template?.metadata?.labels ?? {};
  const bare = { ...template, metadata: { ...template?.metadata, labels } };
  const wanted = deployment.spec?.template;
  return sameJson(bare, { ...wanted, metadata: { ...wanted?.metadata, labels: wanted?.metadata?.labels ?? {} } });
}

class Sync {
  private readonly deployment: Deployment;
  private readonly pods: Pod[];
  private readonly writes: SyncWrites;
  private readonly nowMs: number;
  private readonly replicaSets: ReplicaSet[];
  private readonly old: ReplicaSet[];
  private current: ReplicaSet | undefined;
  private conditions: Condition[];
  private revision: string | undefined;

  constructor({ deployment, replicaSets, pods, nowMs }: SyncState, writes: SyncWrites) {
    this.deployment = deployment;
    this.pods = pods;
    this.writes = writes;
    this.nowMs = nowMs;
    this.replicaSets = [...replicaSets].sort(byAge);
    this.current = this.replicaSets.find((one) => isOfTemplate(one, deployment));
    this.old = this.replicaSets.filter((one) => one !== this.current);
    this.conditions = [...(deployment.status?.conditions ?? [])];
  }

  run(): SyncResult {
    const { spec, metadata } = this.deployment;
    if (metadata.deletionTimestamp) {
      this.adoptRevision();
      return this.counted();
    }
    this.notePause();
    if (spec?.paused) {
      this.adoptRevision();
      this.scale();
      this.cleanUp();
      return this.counted();
    }
    if (this.isScalingEvent()) {
      this.adoptRevision();
      this.scale();
      return this.counted();
    }
    if (spec?.strategy?.type === 'Recreate') this.recreate();
    else this.roll();
    return this.result();
  }

  private get all(): ReplicaSet[] {
    return [...this.old, ...(this.current ? [this.current] : [])];
  }

  /** Counts alone: where no step of a rollout was taken, its progress is not judged. */
  private counted(): SyncResult {
    const status = computeStatus(this.deployment, this.all, this.current, this.conditions, this.nowMs);
    return { status, revision: this.revision };
  }

  private result(): SyncResult {
    const { status, revision } = this.counted();
    return { status: judgeRollout(this.deployment, status, this.all, this.current, this.nowMs), revision };
  }

  private condition(status: string, reason: string, message: string): void {
    const next = newCondition('Progressing', status, reason, message, this.nowMs);
    this.conditions = withCondition(this.conditions, next);
    // What follows in this sync judges by the Deployment's own status.
    this.deployment.status = { ...this.deployment.status, conditions: this.conditions };
  }

  private notePause(): void {
    if (!hasProgressDeadline(this.deployment)) return;
    const reason = conditionOf(this.conditions, 'Progressing')?.reason;
    if (reason === 'ProgressDeadlineExceeded') return;
    const paused = this.deployment.spec?.paused === true;
    if (paused && reason !== 'DeploymentPaused') this.condition('Unknown', 'DeploymentPaused', 'Deployment is paused');
    if (!paused && reason === 'DeploymentPaused') this.condition('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  }

  private isScalingEvent(): boolean {
    return activeOnly(this.replicaSets).some((one) => {
      const desired = readCount(one, desiredReplicasAnnotation);
      return desired !== undefined && desired !== (this.deployment.spec?.replicas ?? 1);
    });
  }

  /** Gives the new ReplicaSet its revision and the Deployment's annotations, and the Deployment that revision. */
  private adoptRevision(): void {
    const { current } = this;
    if (!current) return;
    const next = Math.max(0, ...this.old.map(revisionOf)) + 1;
    const annotations = newReplicaSetAnnotations(this.deployment, current.metadata.annotations ?? {}, next);
    const minReadySeconds = this.deployment.spec?.minReadySeconds ?? 0;
    if (!sameJson(annotations, current.metadata.annotations ?? {}) || (current.spec?.minReadySeconds ?? 0) !== minReadySeconds) {
      const spec = { ...current.spec, minReadySeconds } as ReplicaSet['spec'];
      this.replace(current, { ...current, metadata: { ...current.metadata, annotations }, ...(spec && { spec }) });
      return; // the Deployment's own annotation follows with the next sync
    }
    this.tellRevision(current);
    if (hasProgressDeadline(this.deployment) && !conditionOf(this.conditions, 'Progressing')) {
      this.condition('True', 'FoundNewReplicaSet', `Found new replica set "${current.metadata.name}"`);
    }
  }

  private tellRevision(replicaSet: ReplicaSet): void {
    const revision = replicaSet.metadata.annotations?.[revisionAnnotation];
    if (revision !== undefined && this.deployment.metadata.annotations?.[revisionAnnotation] !== revision) this.revision = revision;
  }

  private ensureNew(): void {
    if (this.current) {
      this.adoptRevision();
      return;
    }
    const next = Math.max(0, ...this.old.map(revisionOf)) + 1;
    const replicas = newReplicaSetReplicas(this.deployment, this.old.map(sizeOf), 0);
    const annotations = newReplicaSetAnnotations(this.deployment, undefined, next);
    const created = this.writes.createReplicaSet(annotations, replicas);
    this.current = created;
    if (replicas > 0) this.tellScaled(created.metadata.name, 0, replicas);
    this.tellRevision(created);
    if (hasProgressDeadline(this.deployment))
      this.condition('True', 'NewReplicaSetCreated', `Created new replica set "${created.metadata.name}"`);
  }

  private roll(): void {
    this.ensureNew();
    if (this.resizeNew()) return;
    if (this.shrinkOld()) return;
    if (isComplete(this.deployment, this.deployment.status ?? {})) this.cleanUp();
  }

  private resizeNew(): boolean {
    const { current } = this;
    if (!current) return false;
    const wanted = this.deployment.spec?.replicas ?? 1;
    if (sizeOf(current) === wanted) return false;
    if (sizeOf(current) > wanted) return this.resize(current, wanted);
    return this.resize(current, newReplicaSetReplicas(this.deployment, this.old.map(sizeOf), sizeOf(current)));
  }

  /** Unhealthy Pods of old ReplicaSets first, then as many as availability allows; oldest first. */
  private shrinkOld(): boolean {
    const { current } = this;
    if (!current || totalSize(this.old) === 0) return false;
    const { minAvailable } = rollingUpdateBounds(this.deployment);
    const missing = sizeOf(current) - (current.status?.availableReplicas ?? 0);
    const most = totalSize(this.all) - minAvailable - missing;
    if (most <= 0) return false;
    const sizes = new Map(activeOnly(this.old).map((one) => [one, sizeOf(one)]));
    let taken = 0;
    let changed = false;
    for (const [one, size] of sizes) {
      const unhealthy = Math.min(most - taken, size - (one.status?.availableReplicas ?? 0));
      if (unhealthy <= 0) continue;
      sizes.set(one, size - unhealthy);
      taken += unhealthy;
      changed = this.resize(one, size - unhealthy) || changed;
    }
    let spare = totalAvailable([...sizes.keys(), current]) - minAvailable;
    for (const [one, size] of sizes) {
      const count = Math.min(size, spare);
      if (count <= 0) continue;
      spare -= count;
      changed = this.resize(one, size - count, size) || changed;
    }
    return changed;
  }

  private recreate(): void {
    const active = activeOnly(this.old);
    this.adoptRevision();
    if (active.length > 0) {
      for (const one of active) this.resize(one, 0);
      return;
    }
    if (this.oldPodsRun()) return;
    if (!this.current) this.ensureNew();
    const { current } = this;
    if (current && this.resize(current, this.deployment.spec?.replicas ?? 1)) return;
    if (isComplete(this.deployment, this.deployment.status ?? {})) this.cleanUp();
  }

  private oldPodsRun(): boolean {
    if (this.old.some((one) => (one.status?.replicas ?? 0) > 0)) return true;
    const uid = this.current?.metadata.uid;
    return this.pods.some((pod) => !isPodFinished(pod) && pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid !== uid);
  }

  /** Sizes without a step of the rollout: while it is paused, or when spec.replicas has changed in the middle of it. */
  private scale(): void {
    const { deployment, current } = this;
    const wanted = deployment.spec?.replicas ?? 1;
    const active = activeOnly(this.all);
    const only = active.length === 0 ? (current ?? this.old.at(-1)) : active.length === 1 ? active[0] : undefined;
    if (only) {
      this.resize(only, wanted);
      return;
    }
    if (current && this.isSaturated(current)) {
      for (const one of activeOnly(this.old)) this.resize(one, 0);
      return;
    }
    if (deployment.spec?.strategy?.type === 'Recreate') return;
    const allowed = wanted > 0 ? wanted + rollingUpdateBounds(deployment).maxSurge : 0;
    const toAdd = allowed - totalSize(active);
    const bySize = (a: ReplicaSet, b: ReplicaSet): number => sizeOf(b) - sizeOf(a) || (toAdd > 0 ? byAge(b, a) : byAge(a, b));
    active.sort(bySize);
    let added = 0;
    const sizes = active.map((one) => {
      const maxReplicas = readCount(one, maxReplicasAnnotation);
      const share = {
        size: sizeOf(one),
        statusReplicas: deployment.status?.replicas ?? 0,
        ...(maxReplicas !== undefined && { maxReplicas }),
      };
      const proportion = replicaSetProportion(share, deployment, toAdd, added);
      added += proportion;
      return sizeOf(one) + proportion;
    });
    for (const [index, one] of active.entries()) {
      const leftover = index === 0 && toAdd !== 0 ? toAdd - added : 0;
      this.resizeAndAnnotate(one, Math.max(0, (sizes[index] ?? 0) + leftover));
    }
  }

  private isSaturated(replicaSet: ReplicaSet): boolean {
    const wanted = this.deployment.spec?.replicas ?? 1;
    const desired = readCount(replicaSet, desiredReplicasAnnotation);
    return sizeOf(replicaSet) === wanted && desired === wanted && (replicaSet.status?.availableReplicas ?? 0) === wanted;
  }

  /** Answers whether the size changed. `from`: its size, where an earlier step of this sync changed it. */
  private resize(replicaSet: ReplicaSet, size: number, from = sizeOf(replicaSet)): boolean {
    return from === size ? false : this.resizeAndAnnotate(replicaSet, size, from);
  }

  private resizeAndAnnotate(replicaSet: ReplicaSet, size: number, from = sizeOf(replicaSet)): boolean {
    const annotations = { ...replicaSet.metadata.annotations, ...sizeAnnotations(this.deployment) };
    const same = sameJson(annotations, replicaSet.metadata.annotations);
    if (from === size && same) return false;
    const spec = { ...replicaSet.spec, replicas: size } as NonNullable<ReplicaSet['spec']>;
    const { resourceVersion: _any, ...metadata } = replicaSet.metadata;
    this.writes.updateReplicaSet({ ...replicaSet, metadata: { ...metadata, annotations } as ReplicaSet['metadata'], spec });
    if (from !== size) this.tellScaled(replicaSet.metadata.name, from, size);
    return from !== size;
  }

  /** Old ReplicaSets beyond the history limit, lowest revision first; only what is empty and has been seen to be. */
  private cleanUp(): void {
    const limit = this.deployment.spec?.revisionHistoryLimit;
    if (limit === undefined || limit === noLimit) return;
    const candidates = this.old.filter(({ metadata }) => !metadata.deletionTimestamp);
    const byRevision = (a: ReplicaSet, b: ReplicaSet): number => revisionOf(a) - revisionOf(b) || byAge(a, b);
    for (const one of candidates.sort(byRevision).slice(0, Math.max(0, candidates.length - limit))) {
      const { replicas = 0, observedGeneration = 0 } = one.status ?? {};
      if (replicas !== 0 || sizeOf(one) !== 0 || (one.metadata.generation ?? 0) > observedGeneration) continue;
      this.writes.deleteReplicaSet(one);
    }
  }

  private replace(former: ReplicaSet, next: ReplicaSet): void {
    const written = this.writes.updateReplicaSet(next);
    if (this.current === former) this.current = written;
  }

  private tellScaled(name: string, from: number, to: number): void {
    this.writes.event('Normal', 'ScalingReplicaSet', `Scaled ${to > from ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`);
  }
}

const noLimit = 2_147_483_647;
