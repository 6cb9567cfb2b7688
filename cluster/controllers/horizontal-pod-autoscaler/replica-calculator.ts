import type { Kinds } from '../../api/registry.ts';
import { groupPods } from './group-pods.ts';
import { requestsOf } from './pod-requests.ts';
import { type PodMetric, type PodSample, podMetrics } from './pod-samples.ts';

/** By how much the ratio may be off 1 before anything is done, each way. */
export interface Tolerance {
  down: number;
  up: number;
}

export interface CalculatorInput {
  /** spec.replicas of the target. */
  currentReplicas: number;
  /** All that the target's selector matches. */
  pods: readonly Kinds['Pod'][];
  /** By name of Pod; a Pod without metrics is not in it. */
  samples: ReadonlyMap<string, PodSample>;
  resource: string;
  container?: string;
  tolerance: Tolerance;
  nowMs: number;
}

export interface Proposal {
  replicas: number;
  /** Mean over Pods, in thousandths. */
  average: number;
  /** Percent of what was requested; where the target is one. */
  utilization?: number;
}

interface Ratio {
  ratio: number;
  average: number;
  utilization?: number;
}
type Metrics = ReadonlyMap<string, PodMetric>;
type Values = Map<string, number>;

/**
 * Replicas for a target of so many percent of what is requested (replica_calculator.go GetResourceReplicas). Throws what status and Event say.
 */
export function computeByUtilization(input: CalculatorInput, target: number): Proposal {
  const metrics = metricsOf(input);
  let requests: Map<string, number> | undefined;
  return compute(input, metrics, {
    ratio: (values) => {
      requests ??= requestsOf(input.pods, input.resource, input.container);
      return utilizationRatio(values, requests, target);
    },
    // Scaling down, a Pod of which nothing is known is taken to use all it requests, or more where the target is more.
    missingDown: (pod) => Math.floor(((requests?.get(pod) ?? 0) * Math.max(100, target)) / 100),
    missingUpAtOne: false,
  });
}

/** Replicas for a target of so many thousandths a Pod (replica_calculator.go GetRawResourceReplicas). Throws what status and Event say. */
export function computeByAverage(input: CalculatorInput, target: number): Proposal {
  return compute(input, metricsOf(input), {
    ratio: (values) => averageRatio(values, target),
    missingDown: () => target,
    missingUpAtOne: true,
  });
}

function metricsOf({ resource, samples, pods, container }: CalculatorInput): Metrics {
  if (samples.size === 0) throw new Error(`unable to get metrics for resource ${resource}: no metrics returned from resource metrics API`);
  return podMetrics(pods, samples, container);
}

interface Rule {
  ratio(values: Values): Ratio;
  /** What a Pod without metrics counts when fewer replicas would do. */
  missingDown(pod: string): number;
  /** Whether, at a ratio of exactly 1, such a Pod counts 0, as it does above 1, or not at all. */
  missingUpAtOne: boolean;
}

function compute(input: CalculatorInput, metrics: Metrics, rule: Rule): Proposal {
  const { pods, resource, nowMs, currentReplicas, tolerance } = input;
  if (pods.length === 0) throw new Error('no pods returned by selector while calculating replica count');
  const { ready, unready, missing, ignored } = groupPods(pods, metrics, resource, nowMs);
  const dropped = new Set([...unready, ...ignored]);
  const values: Values = new Map([...metrics].filter(([pod]) => !dropped.has(pod)).map(([pod, { value }]) => [pod, value]));
  if (values.size === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)');
  const { ratio, ...seen } = rule.ratio(values);
  const propose = (replicas: number): Proposal => ({ replicas, ...seen });
  const upWithUnready = unready.length > 0 && ratio > 1;
  if (!upWithUnready && missing.length === 0)
    return propose(isWithin(ratio, tolerance) ? currentReplicas : Math.ceil(ratio * ready.length));
  for (const pod of missing) {
    if (ratio < 1) values.set(pod, rule.missingDown(pod));
    else if (ratio > 1 || rule.missingUpAtOne) values.set(pod, 0);
  }
  if (upWithUnready) for (const pod of unready) values.set(pod, 0);
  const again = rule.ratio(values).ratio;
  if (isWithin(again, tolerance) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1)) return propose(currentReplicas);
  const replicas = Math.ceil(again * values.size);
  const against = (again < 1 && replicas > currentReplicas) || (again > 1 && replicas < currentReplicas);
  return propose(against ? currentReplicas : replicas);
}

const isWithin = (ratio: number, { down, up }: Tolerance): boolean => 1 - down <= ratio && ratio <= 1 + up;

const sum = (values: Iterable<number>): number => [...values].reduce((total, one) => total + one, 0);

/** metrics/utilization.go GetResourceUtilizationRatio: the percentage is cut to an integer before it is compared. */
function utilizationRatio(values: Values, requests: ReadonlyMap<string, number>, target: number): Ratio {
  const requested = sum([...values.keys()].map((pod) => requests.get(pod) ?? 0));
  if (requested === 0) throw new Error('no metrics returned matched known pods');
  const used = sum(values.values());
  const utilization = Math.floor((used * 100) / requested);
  return { ratio: utilization / target, utilization, average: Math.floor(used / values.size) };
}

/** metrics/utilization.go GetMetricUsageRatio. */
function averageRatio(values: Values, target: number): Ratio {
  const average = Math.floor(sum(values.values()) / values.size);
  return { ratio: average / target, average };
}
