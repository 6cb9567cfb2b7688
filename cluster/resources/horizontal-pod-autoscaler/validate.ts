import type { V2MetricSpec, V2MetricTarget } from '@kubernetes/client-node';
import { at, type KubeObject, type Wire } from '../../api/object.ts';
import { forbidden, invalidValue, notSupported, required } from '../causes.ts';
import { milliValue } from '../quantity.ts';
import type { Cause } from '../resource.ts';
import { specOf } from './spec.ts';

type Metric = Wire<V2MetricSpec>;
type Target = Wire<V2MetricTarget>;
interface Rules {
  stabilizationWindowSeconds?: number;
  selectPolicy?: string;
  policies?: { type: string; value: number; periodSeconds: number }[];
}
const metricTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

function rulesCauses(path: string, rules: Rules | undefined): Cause[] {
  const { stabilizationWindowSeconds: window = 0, policies = [] } = rules ?? {};
  return [
    ...(window < 0 ? [invalidValue(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero')] : []),
    ...(window > 3600 ? [invalidValue(`${path}.stabilizationWindowSeconds`, window, 'must be less than or equal to 3600')] : []),
    ...(rules && !['Disabled', 'Max', 'Min'].includes(rules.selectPolicy ?? '')
      ? [notSupported(`${path}.selectPolicy`, rules.selectPolicy, ['Disabled', 'Max', 'Min'])]
      : []),
    ...(rules && policies.length === 0 ? [required(`${path}.policies`, 'must specify at least one Policy')] : []),
    ...policies.flatMap((policy, index) => [
      ...(['Percent', 'Pods'].includes(policy.type)
        ? []
        : [notSupported(`${path}.policies[${index}].type`, policy.type ?? '', ['Percent', 'Pods'])]),
      ...(policy.value <= 0 ? [invalidValue(`${path}.policies[${index}].value`, policy.value, 'must be greater than zero')] : []),
      ...(policy.periodSeconds <= 0
        ? [invalidValue(`${path}.policies[${index}].periodSeconds`, policy.periodSeconds, 'must be greater than zero')]
        : []),
      ...(policy.periodSeconds > 1800
        ? [invalidValue(`${path}.policies[${index}].periodSeconds`, policy.periodSeconds, 'must be less than or equal to 1800')]
        : []),
    ]),
  ];
}

function metricCauses(path: string, metric: Metric): Cause[] {
  const wrongType = metricTypes.includes(metric.type) ? [] : [notSupported(`${path}.type`, metric.type ?? '', metricTypes)];
  // Kubernetes says it twice.
  if (!metric.type) return [required(`${path}.type`, 'must specify a metric source type'), ...wrongType, ...wrongType];
  if (wrongType.length > 0) return wrongType;
  const field = `${metric.type[0]?.toLowerCase()}${metric.type.slice(1)}`;
  const source = at(metric, field);
  if (source === undefined) return [required(`${path}.${field}`, 'must populate information for the given metric source')];
  return [
    ...(['resource', 'containerResource'].includes(field) && !at(source, 'name')
      ? [required(`${path}.${field}.name`, 'must specify a resource name')]
      : []),
    ...(field === 'containerResource' && !at(source, 'container')
      ? [required(`${path}.${field}.container`, 'must specify a container')]
      : []),
    ...targetCauses(`${path}.${field}`, (at(source, 'target') ?? {}) as Target, ['resource', 'containerResource'].includes(field)),
  ];
}

/** A target is of one of three types, positive, and for a container's resources either raw or a share of the request. */
function targetCauses(path: string, target: Target, isResource: boolean): Cause[] {
  const { type, averageUtilization, averageValue, value } = target;
  const field = `${path}.target`;
  const raw = `${path}.target.averageValue`;
  return [
    ...(type ? [] : [required(`${field}.type`, 'must specify a metric target type')]),
    ...(['Utilization', 'Value', 'AverageValue'].includes(type)
      ? []
      : [invalidValue(`${field}.type`, type ?? '', 'must be either Utilization, Value, or AverageValue')]),
    ...Object.entries({ value, averageValue }).flatMap(([name, amount]) =>
      amount !== undefined && milliValue(amount) <= 0 ? [invalidValue(`${field}.${name}`, amount, 'must be positive')] : [],
    ),
    ...(averageUtilization !== undefined && averageUtilization < 1
      ? [invalidValue(`${field}.averageUtilization`, averageUtilization, 'must be greater than 0')]
      : []),
    ...(isResource && averageUtilization !== undefined && averageValue !== undefined
      ? [forbidden(raw, 'may not set both a target raw value and a target utilization')]
      : []),
    ...(isResource && averageUtilization === undefined && averageValue === undefined
      ? [required(`${field}.averageUtilization`, 'must set either a target raw value or a target utilization')]
      : []),
  ];
}

/** What is wrong with a HorizontalPodAutoscaler of autoscaling/v2 (pkg/apis/autoscaling/validation). */
export function autoscalerCauses(object: KubeObject): Cause[] {
  const { minReplicas = 1, maxReplicas = 0, metrics = [], behavior, scaleTargetRef } = specOf(object);
  return [
    ...(minReplicas < 1 ? [invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1')] : []),
    ...(maxReplicas < 1 ? [invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than 0')] : []),
    ...(maxReplicas < minReplicas ? [invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')] : []),
    ...(scaleTargetRef?.kind ? [] : [required('spec.scaleTargetRef.kind')]),
    ...(scaleTargetRef?.name ? [] : [required('spec.scaleTargetRef.name')]),
    ...metrics.flatMap((metric, index) => metricCauses(`spec.metrics[${index}]`, metric)),
    ...rulesCauses('spec.behavior.scaleUp', behavior?.scaleUp),
    ...rulesCauses('spec.behavior.scaleDown', behavior?.scaleDown),
  ];
}
