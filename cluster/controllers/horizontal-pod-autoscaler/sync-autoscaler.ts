import { timestamp } from '../../api/object.ts';
import type { Kinds } from '../../api/registry.ts';
import { MetricError, type MetricProposal, type MetricStatus, proposeByMetric, type Surroundings } from './metric-proposal.ts';
import { type Normalization, normalize } from './normalize.ts';
import type { Remembered } from './remembered.ts';

export type Autoscaler = Kinds['HorizontalPodAutoscaler'];
type Status = NonNullable<Autoscaler['status']>;
type Condition = NonNullable<Status['conditions']>[number];

export interface AutoscalerState {
  /** With the API's defaults. */
  autoscaler: Autoscaler;
  /** spec.replicas of the target, or why it cannot be had. */
  scale: { replicas: number } | { error: string };
  /** The Pods of the target's selector; or why there is none to go by. */
  pods: { found: readonly Kinds['Pod'][] } | { reason: 'SelectorRequired' | 'InvalidSelector' | 'AmbiguousSelector'; message: string };
  samplesOf: Surroundings['samplesOf'];
  /** Why there are no metrics at all. */
  unavailable?: string;
  remembered: Remembered;
  nowMs: number;
}

/** How a sync writes. */
export interface AutoscalerWrites {
  /** Sets the target's replicas. Throws what the API says. */
  scaleTo(replicas: number): void;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

export interface AutoscalerResult {
  status: Status;
  remembered: Remembered;
  /** What the controller logs. */
  error?: string;
}

const tolerance = { down: 0.1, up: 0.1 };
const downscaleStabilizationSeconds = 300;

/** One sync of the autoscaler's controller (pkg/controller/podautoscaler/horizontal.go reconcileAutoscaler). */
export function syncAutoscaler(state: AutoscalerState, writes: AutoscalerWrites): AutoscalerResult {
  return new Sync(state, writes).run();
}

class Sync {
  private readonly state: AutoscalerState;
  private readonly writes: AutoscalerWrites;
  private readonly reference: string;
  private conditions: Condition[];
  private remembered: Remembered;
  private metrics: MetricStatus[] | undefined;

  constructor(state: AutoscalerState, writes: AutoscalerWrites) {
    this.state = state;
    this.writes = writes;
    const { metadata, spec, status } = state.autoscaler;
    this.reference = `${spec?.scaleTargetRef.kind}/${metadata.namespace}/${spec?.scaleTargetRef.name}`;
    this.conditions = [...(status?.conditions ?? [])];
    this.remembered = state.remembered;
  }

  run(): AutoscalerResult {
    const { scale, nowMs } = this.state;
    if ('error' in scale) {
      this.writes.event('Warning', 'FailedGetScale', scale.error);
      this.condition(
        'AbleToScale',
        false,
        'FailedGetScale',
        `the HPA controller was unable to get the target's current scale: ${scale.error}`,
      );
      const error = `failed to query scale subresource for ${this.reference}: ${scale.error}`;
      return { status: { ...this.former, conditions: this.conditions }, remembered: this.remembered, error };
    }
    this.condition('AbleToScale', true, 'SucceededGetScale', "the HPA controller was able to get the target's current scale");
    const current = scale.replicas;
    // So that nothing falls in the first minutes after the controller's start.
    if (this.remembered.recommendations.length === 0) this.remember({ recommendations: [{ replicas: current, atMs: nowMs }] });
    const { minReplicas = 1, maxReplicas = 1 } = this.state.autoscaler.spec ?? {};
    if (current === 0 && minReplicas !== 0) {
      this.condition('ScalingActive', false, 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero');
      return this.result(current, current);
    }
    if (current > maxReplicas) return this.rescale(current, maxReplicas, 'Current number of replicas above Spec.MaxReplicas');
    if (current < minReplicas) return this.rescale(current, minReplicas, 'Current number of replicas below Spec.MinReplicas');
    return this.byMetrics(current, minReplicas, maxReplicas);
  }

  private get former(): Status {
    return this.state.autoscaler.status ?? { desiredReplicas: 0 };
  }

  private byMetrics(current: number, minReplicas: number, maxReplicas: number): AutoscalerResult {
    const { proposal, error } = this.propose(current);
    if (!proposal) {
      this.writes.event('Warning', 'FailedComputeMetricsReplicas', error ?? '');
      const full = `failed to compute desired number of replicas based on listed metrics for ${this.reference}: ${error}`;
      return { ...this.result(current, this.former.desiredReplicas), error: full };
    }
    const { replicas: desired, name } = proposal;
    const reason = desired > current ? `${name} above target` : desired < current ? 'All metrics below target' : '';
    const wanted = this.normalized(current, desired, minReplicas, maxReplicas);
    const result = wanted === current ? this.result(current, current) : this.rescale(current, wanted, reason);
    return error === undefined || result.error !== undefined ? result : { ...result, error };
  }

  /** The largest proposal of all metrics; where some fail, only if it does not scale down (computeReplicasForMetrics). */
  private propose(current: number): { proposal?: MetricProposal; error?: string } {
    const { pods, autoscaler } = this.state;
    if (!('found' in pods)) {
      const { reason, message } = pods;
      this.writes.event('Warning', reason, message);
      // An absent selector has another sentence and reason here than in its Event.
      if (reason === 'SelectorRequired')
        this.condition('ScalingActive', false, 'InvalidSelector', "the HPA target's scale is missing a selector");
      else this.condition('ScalingActive', false, reason, message);
      return { error: message };
    }
    const { samplesOf, unavailable, nowMs } = this.state;
    const around = {
      currentReplicas: current,
      pods: pods.found,
      tolerance,
      nowMs,
      samplesOf,
      ...(unavailable !== undefined && { unavailable }),
    };
    const metrics = autoscaler.spec?.metrics ?? [];
    const failures: MetricError[] = [];
    let best: MetricProposal | undefined;
    this.metrics = metrics.map((metric) => {
      try {
        const proposal = proposeByMetric(metric, around);
        if (!best || proposal.replicas > best.replicas) best = proposal;
        return proposal.status;
      } catch (error) {
        if (!(error instanceof MetricError)) throw error;
        this.writes.event('Warning', error.reason, error.message);
        failures.push(error);
        return { type: '' };
      }
    });
    const [first] = failures;
    const error = first && `invalid metrics (${failures.length} invalid out of ${metrics.length}), first error is: ${first.named}`;
    if (!best || (first && best.replicas < current)) {
      if (first) this.condition('ScalingActive', false, first.reason, `the HPA was unable to compute the replica count: ${first.message}`);
      return { error: error ?? 'there is no metric' };
    }
    this.condition(
      'ScalingActive',
      true,
      'ValidMetricFound',
      `the HPA was able to successfully calculate a replica count from ${best.name}`,
    );
    return { proposal: best, ...(error !== undefined && { error }) };
  }

  private normalized(currentReplicas: number, desiredReplicas: number, minReplicas: number, maxReplicas: number): number {
    const { nowMs, autoscaler } = this.state;
    const behavior = autoscaler.spec?.behavior as Normalization['behavior'];
    const { replicas, stabilized, limited } = normalize({
      ...{ currentReplicas, desiredReplicas, minReplicas, maxReplicas, remembered: this.remembered },
      ...{ downscaleStabilizationSeconds, nowMs, ...(behavior && { behavior }) },
    });
    // As far back as any window looks.
    const windows = [behavior?.scaleUp, behavior?.scaleDown].map((rules) => rules?.stabilizationWindowSeconds ?? 0);
    const oldestMs = nowMs - Math.max(downscaleStabilizationSeconds, ...windows) * 1000;
    const kept = this.remembered.recommendations.filter(({ atMs }) => atMs >= oldestMs);
    this.remember({ recommendations: [...kept, { replicas: desiredReplicas, atMs: nowMs }] });
    this.condition('AbleToScale', true, stabilized.reason, stabilized.message);
    this.condition('ScalingLimited', limited.isLimited, limited.reason, limited.message);
    return replicas;
  }

  private rescale(current: number, wanted: number, reason: string): AutoscalerResult {
    try {
      this.writes.scaleTo(wanted);
    } catch (error) {
      const { message } = error as Error;
      this.writes.event('Warning', 'FailedRescale', `New size: ${wanted}; reason: ${reason}; error: ${message}`);
      this.condition('AbleToScale', false, 'FailedUpdateScale', `the HPA controller was unable to update the target scale: ${message}`);
      return { ...this.result(current, this.former.desiredReplicas), error: `failed to rescale ${this.reference}: ${message}` };
    }
    this.condition('AbleToScale', true, 'SucceededRescale', `the HPA controller was able to update the target scale to ${wanted}`);
    this.writes.event('Normal', 'SuccessfulRescale', `New size: ${wanted}; reason: ${reason}`);
    this.rememberScaling(current, wanted);
    return this.result(current, wanted, timestamp(this.state.nowMs));
  }

  /** Only a behavior asks for it; no policy looks back further than half an hour. */
  private rememberScaling(current: number, wanted: number): void {
    if (!this.state.autoscaler.spec?.behavior) return;
    const list = wanted > current ? 'scaleUpEvents' : 'scaleDownEvents';
    const { nowMs } = this.state;
    const kept = this.remembered[list].filter(({ atMs }) => atMs > nowMs - 1_800_000);
    this.remember({ [list]: [...kept, { change: Math.abs(wanted - current), atMs: nowMs }] });
  }

  private remember(change: Partial<Remembered>): void {
    this.remembered = { ...this.remembered, ...change };
  }

  private result(currentReplicas: number, desiredReplicas: number, lastScaleTime = this.former.lastScaleTime): AutoscalerResult {
    const status = {
      currentReplicas,
      desiredReplicas,
      ...(lastScaleTime && { lastScaleTime }),
      ...(this.metrics && { currentMetrics: this.metrics }),
      conditions: this.conditions,
    };
    return { status, remembered: this.remembered };
  }

  /** In place; lastTransitionTime changes with status only. */
  private condition(type: string, is: boolean, reason: string, message: string): void {
    const status = is ? 'True' : 'False';
    const former = this.conditions.find((one) => one.type === type);
    const lastTransitionTime =
      former?.status === status && former.lastTransitionTime ? former.lastTransitionTime : timestamp(this.state.nowMs);
    const next = { type, status, lastTransitionTime, reason, message };
    this.conditions = former ? this.conditions.map((one) => (one === former ? next : one)) : [...this.conditions, next];
  }
}
