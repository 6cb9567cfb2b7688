import type { V2MetricSpec, V2MetricStatus, V2MetricTarget } from '@kubernetes/client-node';
import { at, type KubeObject, list, type Wire } from '../api/object.ts';
import type { Kinds } from '../api/registry.ts';
import { invalidValue, notSupported, required } from './causes.ts';
import { ageColumn, nameColumn } from './columns.ts';
import { type Definition, defineResource } from './define.ts';
import { kindNotHonoured } from './not-honoured.ts';
import type { Cause } from './resource.ts';

type Autoscaler = Kinds['HorizontalPodAutoscaler'];
type Metric = Wire<V2MetricSpec>;
interface Rules {
  stabilizationWindowSeconds?: number;
  selectPolicy?: string;
  policies?: { type: string; value: number; periodSeconds: number }[];
}
const typed = (object: KubeObject): NonNullable<Autoscaler['spec']> =>
  (object as unknown as Autoscaler).spec ?? ({} as NonNullable<Autoscaler['spec']>);
const metricTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const cpu80: Metric = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };
const upPolicies = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
];
const downPolicies = [{ type: 'Percent', value: 100, periodSeconds: 15 }];

function applyDefaults(object: KubeObject): KubeObject {
  const spec = typed(object);
  const { behavior } = spec;
  return {
    ...object,
    spec: {
      ...spec,
      minReplicas: spec.minReplicas ?? 1,
      metrics: spec.metrics?.length ? spec.metrics : [cpu80],
      ...(behavior && {
        behavior: {
          scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: upPolicies, ...behavior.scaleUp },
          scaleDown: { selectPolicy: 'Max', policies: downPolicies, ...behavior.scaleDown },
        },
      }),
    },
  };
}

function rulesCauses(path: string, rules: Rules | undefined): Cause[] {
  const { stabilizationWindowSeconds: window = 0, policies = [] } = rules ?? {};
  return [
    ...(window < 0 ? [invalidValue(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero')] : []),
    ...(window > 3600 ? [invalidValue(`${path}.stabilizationWindowSeconds`, window, 'must be less than or equal to 3600')] : []),
    ...policies.flatMap((policy, index) => [
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
  ];
}

function validate(object: KubeObject): Cause[] {
  const { minReplicas = 1, maxReplicas, metrics = [], behavior, scaleTargetRef } = typed(object);
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

/** One metric as kubectl shows it: `cpu: 12%/20%`, `cpu: <unknown>/20%`. */
function targetText(metric: Metric, current: Wire<V2MetricStatus> | undefined): string {
  const source = metric.resource ?? metric.containerResource;
  const target: Wire<V2MetricTarget> | undefined =
    source?.target ?? metric.pods?.target ?? metric.object?.target ?? metric.external?.target;
  const seen =
    current?.resource?.current ??
    current?.containerResource?.current ??
    current?.pods?.current ??
    current?.object?.current ??
    current?.external?.current;
  const prefix = source ? `${source.name}: ` : '';
  if (target?.averageUtilization !== undefined)
    return `${prefix}${seen?.averageUtilization === undefined ? '<unknown>' : `${seen.averageUtilization}%`}/${target.averageUtilization}%`;
  const goal = target?.averageValue ? `${target.averageValue}${metric.external || metric.object ? ' (avg)' : ''}` : String(target?.value);
  return `${prefix}${seen?.averageValue ?? seen?.value ?? '<unknown>'}/${goal}`;
}

function targets(object: KubeObject): string {
  const { metrics = [] } = typed(object);
  const current = (object as unknown as Autoscaler).status?.currentMetrics ?? [];
  const texts = metrics.map((metric, index) => targetText(metric, current[index]));
  if (texts.length === 0) return '<none>';
  return texts.length > 2 ? `${texts.slice(0, 2).join(', ')} + ${texts.length - 2} more...` : texts.join(', ');
}

const definition: Definition = {
  shortNames: ['hpa'],
  categories: ['all'],
  subresources: ['status'],
  applyDefaults,
  prepareForCreate: (object) => ({ ...object, status: { desiredReplicas: 0 } }),
  warnings: () => kindNotHonoured('HorizontalPodAutoscaler'),
  validate,
  columns: [
    nameColumn,
    { name: 'Reference', cell: (object) => `${typed(object).scaleTargetRef?.kind}/${typed(object).scaleTargetRef?.name}` },
    { name: 'Targets', cell: targets },
    { name: 'MinPods', cell: (object) => String(typed(object).minReplicas ?? '<unset>') },
    { name: 'MaxPods', cell: (object) => typed(object).maxReplicas ?? 0 },
    { name: 'Replicas', cell: (object) => Number(at(object, 'status', 'currentReplicas') ?? 0) },
    ageColumn,
  ],
};

export const horizontalPodAutoscaler = defineResource('autoscaling/v2', 'HorizontalPodAutoscaler', definition);

/** autoscaling/v1 knows the CPU's utilization alone. */
export const horizontalPodAutoscalerV1 = defineResource('autoscaling/v1', 'HorizontalPodAutoscaler', {
  ...definition,
  applyDefaults: (object) => ({ ...object, spec: { ...typed(object), minReplicas: typed(object).minReplicas ?? 1 } }),
  validate: (object) => validate(toStored(object)),
  conversion: { storedVersion: 'v2', toStored, fromStored },
});

const isCpu = (metric: unknown): boolean => at(metric, 'resource', 'name') === 'cpu';

function toStored(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: percent = 80, ...spec } = (object.spec ?? {}) as Record<string, unknown>;
  const { currentCPUUtilizationPercentage: current, ...status } = (object.status ?? {}) as Record<string, unknown>;
  const target = { type: 'Utilization', averageUtilization: percent };
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    spec: { ...spec, metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] },
    status: {
      ...status,
      ...(current !== undefined && {
        currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }],
      }),
    },
  };
}

function fromStored(object: KubeObject): KubeObject {
  const { metrics, behavior: _behavior, ...spec } = (object.spec ?? {}) as Record<string, unknown>;
  const { currentMetrics, conditions: _conditions, ...status } = (object.status ?? {}) as Record<string, unknown>;
  const percent = at(list(metrics).find(isCpu), 'resource', 'target', 'averageUtilization');
  const current = at(list(currentMetrics).find(isCpu), 'resource', 'current', 'averageUtilization');
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    spec: { ...spec, ...(percent !== undefined && { targetCPUUtilizationPercentage: percent }) },
    status: { ...status, ...(current !== undefined && { currentCPUUtilizationPercentage: current }) },
  };
}
