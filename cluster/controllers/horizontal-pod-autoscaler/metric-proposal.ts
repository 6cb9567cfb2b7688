import type { V2MetricSpec, V2MetricStatus, V2MetricTarget } from '@kubernetes/client-node';
import type { Wire } from '../../api/object.ts';
import { milliValue, quantityOf, quantityText } from '../../resources/quantity.ts';
import { type CalculatorInput, computeByAverage, computeByUtilization, type Proposal } from './replica-calculator.ts';

export type MetricSpec = Wire<V2MetricSpec>;
export type MetricStatus = Wire<V2MetricStatus>;

/** What one metric of the spec proposes. */
export interface MetricProposal {
  replicas: number;
  /** As conditions and Events name it: `cpu resource utilization (percentage of request)`. */
  name: string;
  status: MetricStatus;
}

/** A metric that cannot be computed. */
export class MetricError extends Error {
  override readonly name = 'MetricError';
  /** Of condition ScalingActive and of the Event: `FailedGetResourceMetric`. */
  readonly reason: string;
  /** The message with the metric's name before it. */
  readonly named: string;
  constructor(reason: string, message: string, prefix: string) {
    super(message);
    this.reason = reason;
    this.named = `${prefix}: ${message}`;
  }
}

/** What a calculation needs beside the metric itself; where `unavailable` says why, there are no metrics to be had. */
export type Surroundings = Omit<CalculatorInput, 'resource' | 'container' | 'samples'> & {
  samplesOf(resource: string): CalculatorInput['samples'];
  unavailable?: string;
};

/** Replicas that one metric proposes (horizontal.go computeReplicasForMetric). Throws MetricError. */
export function proposeByMetric(metric: MetricSpec, around: Surroundings): MetricProposal {
  const { type, resource, containerResource } = metric;
  if (type === 'Resource' && resource) {
    const { name, target } = resource;
    const found = computed(name, undefined, target, around, 'FailedGetResourceMetric', `failed to get ${name} resource metric value`);
    const what = target.averageValue === undefined ? 'resource utilization (percentage of request)' : 'resource';
    return { ...found, name: `${name} ${what}`, status: { type, resource: { name, current: found.current } } };
  }
  if (type === 'ContainerResource' && containerResource) {
    const { name, container, target } = containerResource;
    const prefix = `failed to get ${container} container metric value`;
    const found = computed(name, container, target, around, 'FailedGetContainerResourceMetric', prefix);
    const what = target.averageValue === undefined ? 'container resource utilization (percentage of request)' : 'resource';
    return { ...found, name: `${name} ${what}`, status: { type, containerResource: { name, container, current: found.current } } };
  }
  throw notServed(metric);
}

function computed(
  resource: string,
  container: string | undefined,
  target: Wire<V2MetricTarget>,
  { samplesOf, unavailable, ...around }: Surroundings,
  reason: string,
  prefix: string,
) {
  const what = target.averageValue === undefined ? 'utilization' : 'usage';
  try {
    if (unavailable !== undefined) {
      throw new Error(`unable to get metrics for resource ${resource}: unable to fetch metrics from resource metrics API: ${unavailable}`);
    }
    const input = { ...around, resource, ...(container && { container }), samples: samplesOf(resource) };
    const found =
      target.averageValue === undefined
        ? computeByUtilization(input, target.averageUtilization ?? 0)
        : computeByAverage(input, milliValue(target.averageValue));
    return { replicas: found.replicas, current: currentOf(found, resource) };
  } catch (error) {
    throw new MetricError(reason, `failed to get ${resource} ${what}: ${(error as Error).message}`, prefix);
  }
}

const currentOf = ({ utilization, average }: Proposal, resource: string) => ({
  ...(utilization !== undefined && { averageUtilization: utilization }),
  averageValue: quantityText(quantityOf(average, 'milli', resource === 'memory' ? 'BinarySI' : 'DecimalSI')),
});

/** This cluster, as one without adapters, serves no custom and no external metrics. */
function notServed({ type, pods, object, external }: MetricSpec): MetricError {
  const custom = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
  if (pods)
    return new MetricError('FailedGetPodsMetric', `unable to get metric ${pods.metric.name}: ${custom}`, 'failed to get pods metric value');
  if (object) {
    const { kind, name } = object.describedObject;
    const message = `unable to get metric ${object.metric.name}: ${kind} on ${name}/${custom}`;
    return new MetricError('FailedGetObjectMetric', message, 'failed to get object metric value');
  }
  if (external) {
    const { name } = external.metric;
    const message = `unable to get external metric ${name}: unable to fetch metrics from external metrics API: no external metrics API (external.metrics.k8s.io) registered`;
    return new MetricError('FailedGetExternalMetric', message, `failed to get ${name} external metric value`);
  }
  return new MetricError('InvalidMetricSourceType', `unknown metric source type "${type}"`, 'failed to get metric value');
}
