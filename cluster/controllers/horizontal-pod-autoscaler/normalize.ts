import { type Remembered, within } from './remembered.ts';
import { rateLimit, type ScalingRules } from './scaling-rate.ts';

export interface Normalization {
  currentReplicas: number;
  /** As the metrics propose. */
  desiredReplicas: number;
  minReplicas: number;
  maxReplicas: number;
  remembered: Remembered;
  /** With the API's defaults; absent where the autoscaler has none. */
  behavior?: { scaleUp: ScalingRules; scaleDown: ScalingRules };
  /** How long a scale-down waits where the behavior does not say: --horizontal-pod-autoscaler-downscale-stabilization. */
  downscaleStabilizationSeconds: number;
  nowMs: number;
}

/** A size with the reason for it. */
export interface Verdict {
  value: number;
  reason: string;
  message: string;
}

export interface Normalized {
  replicas: number;
  /** Condition AbleToScale, True. */
  stabilized: Omit<Verdict, 'value'>;
  /** Condition ScalingLimited: True where the size is not the stabilized one. */
  limited: Omit<Verdict, 'value'> & { isLimited: boolean };
}

const unstabilized = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
const downStabilized = {
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
};
const upStabilized = {
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
};
const inRange = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
const tooFew = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' };
const tooMany = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' };
const tooFastUp = { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' };
const tooFastDown = { reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' };

/** The size that may be set now (horizontal.go normalizeDesiredReplicas, normalizeDesiredReplicasWithBehaviors). */
export function normalize(given: Normalization): Normalized {
  const stabilized = given.behavior ? stabilizeByBehavior(given, given.behavior) : stabilize(given);
  const allowed = given.behavior ? limitByBehavior(given, given.behavior, stabilized.value) : limit(given, stabilized.value);
  const { value: replicas, ...limited } = allowed;
  const changed = stabilized.value !== given.desiredReplicas;
  return {
    replicas,
    stabilized: changed ? { reason: stabilized.reason, message: stabilized.message } : unstabilized,
    limited: { ...limited, isLimited: replicas !== stabilized.value },
  };
}

/** Without a behavior: the highest recommendation of the window. */
function stabilize({ desiredReplicas, remembered, downscaleStabilizationSeconds, nowMs }: Normalization): Verdict {
  const cutoffMs = nowMs - downscaleStabilizationSeconds * 1000;
  const recent = remembered.recommendations.filter(({ atMs }) => atMs >= cutoffMs).map(({ replicas }) => replicas);
  return { value: Math.max(desiredReplicas, ...recent), ...downStabilized };
}

/** Without a behavior: at most double, or 4. */
function limit({ currentReplicas, minReplicas, maxReplicas }: Normalization, desired: number): Verdict {
  const fastest = Math.max(2 * currentReplicas, 4);
  const most = Math.min(maxReplicas, fastest);
  if (desired < minReplicas) return { value: minReplicas, ...tooFew };
  if (desired > most) return { value: most, ...(maxReplicas > fastest ? tooFastUp : tooMany) };
  return { value: desired, ...inRange };
}

type Behavior = NonNullable<Normalization['behavior']>;

function stabilizeByBehavior(given: Normalization, { scaleUp, scaleDown }: Behavior): Verdict {
  const { currentReplicas, desiredReplicas, remembered, nowMs } = given;
  const recent = (seconds: number): number[] => within(remembered.recommendations, seconds * 1000, nowMs).map(({ replicas }) => replicas);
  const upLimit = Math.min(desiredReplicas, ...recent(scaleUp.stabilizationWindowSeconds ?? 0));
  const downWindow = scaleDown.stabilizationWindowSeconds ?? given.downscaleStabilizationSeconds;
  const downLimit = Math.max(desiredReplicas, ...recent(downWindow));
  const value = Math.min(Math.max(currentReplicas, upLimit), downLimit);
  return { value, ...(desiredReplicas >= currentReplicas ? upStabilized : downStabilized) };
}

function limitByBehavior(given: Normalization, { scaleUp, scaleDown }: Behavior, desired: number): Verdict {
  const { currentReplicas, minReplicas, maxReplicas, remembered, nowMs } = given;
  if (desired > currentReplicas) {
    const fastest = Math.max(currentReplicas, rateLimit('up', currentReplicas, remembered, scaleUp, nowMs));
    const most = Math.min(maxReplicas, fastest);
    if (desired > most) return { value: most, ...(maxReplicas > fastest ? tooFastUp : tooMany) };
  } else if (desired < currentReplicas) {
    const fastest = Math.min(currentReplicas, rateLimit('down', currentReplicas, remembered, scaleDown, nowMs));
    const least = Math.max(minReplicas, fastest);
    if (desired < least) return { value: least, ...(minReplicas < fastest ? tooFastDown : tooFew) };
  }
  return { value: desired, ...inRange };
}
