import type { V2MetricSpec, V2MetricTarget } from '@kubernetes/client-node';
import { at, isObject, type KubeObject, type Wire } from '../../api/object.ts';
import { ageColumn, nameColumn } from '../columns.ts';
import { type Definition, defineResource } from '../define.ts';
import { autoscalerNotHonoured } from '../not-honoured.ts';
import { canonicalQuantity } from '../quantity.ts';
import { specOf } from './spec.ts';
import { targets } from './targets.ts';
import { autoscalerCauses } from './validate.ts';

type Metric = Wire<V2MetricSpec>;
type Target = Wire<V2MetricTarget>;
const cpu80: Metric = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };
const upPolicies = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
];
const downPolicies = [{ type: 'Percent', value: 100, periodSeconds: 15 }];

/** Amounts in their canonical form, as the API keeps quantities. */
function canonicalAmounts(metric: Metric): Metric {
  const canonical = ({ value, averageValue, ...target }: Target): Target => ({
    ...target,
    ...(value !== undefined && { value: canonicalQuantity(value) }),
    ...(averageValue !== undefined && { averageValue: canonicalQuantity(averageValue) }),
  });
  const sources = Object.entries(metric).map(([name, source]) => {
    const target = at(source, 'target');
    return [name, isObject(source) && isObject(target) ? { ...source, target: canonical(target as unknown as Target) } : source];
  });
  return Object.fromEntries(sources) as Metric;
}

function applyDefaults(object: KubeObject): KubeObject {
  const spec = specOf(object);
  const { behavior } = spec;
  return {
    ...object,
    spec: {
      ...spec,
      minReplicas: spec.minReplicas ?? 1,
      metrics: spec.metrics?.length ? spec.metrics.map(canonicalAmounts) : [cpu80],
      ...(behavior && {
        behavior: {
          scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: upPolicies, ...behavior.scaleUp },
          scaleDown: { selectPolicy: 'Max', policies: downPolicies, ...behavior.scaleDown },
        },
      }),
    },
  };
}

/** What both versions have in common. */
export const definition: Definition = {
  shortNames: ['hpa'],
  categories: ['all'],
  subresources: ['status'],
  applyDefaults,
  prepareForCreate: (object) => ({ ...object, status: { desiredReplicas: 0 } }),
  warnings: (object) => autoscalerNotHonoured(specOf(object)),
  validate: autoscalerCauses,
  columns: [
    nameColumn,
    { name: 'Reference', cell: (object) => `${specOf(object).scaleTargetRef?.kind}/${specOf(object).scaleTargetRef?.name}` },
    { name: 'Targets', cell: targets },
    { name: 'MinPods', cell: (object) => String(specOf(object).minReplicas ?? '<unset>') },
    { name: 'MaxPods', cell: (object) => specOf(object).maxReplicas ?? 0 },
    { name: 'Replicas', cell: (object) => Number(at(object, 'status', 'currentReplicas') ?? 0) },
    ageColumn,
  ],
};

export const horizontalPodAutoscaler = defineResource('autoscaling/v2', 'HorizontalPodAutoscaler', definition);
