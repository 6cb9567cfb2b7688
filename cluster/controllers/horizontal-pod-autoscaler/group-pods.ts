import type { Kinds } from '../../api/registry.ts';
import { readyCondition } from '../pods/pod-readiness.ts';
import type { PodMetric } from './pod-samples.ts';

type Pod = Kinds['Pod'];

/** For so long after its start the use of cpu says little of a Pod (--horizontal-pod-autoscaler-cpu-initialization-period). */
const cpuInitializationMs = 300_000;
/** A Pod whose Ready was last changed this early was never ready (--horizontal-pod-autoscaler-initial-readiness-delay). */
const initialReadinessDelayMs = 30_000;

/** Names of Pods by what their metric is good for. */
export interface PodGroups {
  ready: string[];
  unready: string[];
  missing: string[];
  ignored: string[];
}

/** replica_calculator.go groupPods. A Pod that was ready and is no more still counts as ready. */
export function groupPods(pods: readonly Pod[], metrics: ReadonlyMap<string, PodMetric>, resource: string, nowMs: number): PodGroups {
  const groups: PodGroups = { ready: [], unready: [], missing: [], ignored: [] };
  for (const pod of pods) groups[groupOf(pod, metrics.get(pod.metadata.name), resource, nowMs)].push(pod.metadata.name);
  return groups;
}

function groupOf(pod: Pod, metric: PodMetric | undefined, resource: string, nowMs: number): keyof PodGroups {
  const { phase } = pod.status ?? {};
  if (pod.metadata.deletionTimestamp || phase === 'Failed') return 'ignored';
  if (phase === 'Pending') return 'unready';
  if (!metric) return 'missing';
  return resource === 'cpu' && isCpuUnready(pod, metric, nowMs) ? 'unready' : 'ready';
}

function isCpuUnready(pod: Pod, metric: PodMetric, nowMs: number): boolean {
  const condition = readyCondition(pod);
  const { startTime } = pod.status ?? {};
  if (!condition || !startTime) return true;
  const startMs = Date.parse(startTime);
  const changedMs = Date.parse(condition.lastTransitionTime ?? '');
  if (startMs + cpuInitializationMs > nowMs) return condition.status === 'False' || metric.atMs < changedMs + metric.windowMs;
  return condition.status === 'False' && startMs + initialReadinessDelayMs > changedMs;
}
