import { badRequest } from '../../api/errors.ts';
import { at, clean, type KubeObject, list } from '../../api/object.ts';
import { defineResource } from '../define.ts';
import { definition } from './horizontal-pod-autoscaler.ts';
import { specOf } from './spec.ts';
import { autoscalerCauses } from './validate.ts';

type Fields = Record<string, unknown>;

/** What autoscaling/v1 has no field for, it carries in annotations, so that a write in this version loses nothing. */
const carried = 'autoscaling.alpha.kubernetes.io/';

/** autoscaling/v1 knows the CPU's utilization alone. */
export const horizontalPodAutoscalerV1 = defineResource('autoscaling/v1', 'HorizontalPodAutoscaler', {
  ...definition,
  applyDefaults: (object) => ({ ...object, spec: { ...specOf(object), minReplicas: specOf(object).minReplicas ?? 1 } }),
  validate: (object) => autoscalerCauses(toStored(object)),
  conversion: { storedVersion: 'v2', toStored, fromStored },
});

const isCpu = (metric: unknown): boolean =>
  at(metric, 'resource', 'target', 'averageUtilization') !== undefined && at(metric, 'resource', 'name') === 'cpu';

function toStored(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: percent, ...spec } = (object.spec ?? {}) as Fields;
  const { currentCPUUtilizationPercentage: current, ...status } = (object.status ?? {}) as Fields;
  const read = (name: string): unknown => {
    const text = object.metadata.annotations?.[carried + name];
    try {
      return text === undefined ? undefined : JSON.parse(text);
    } catch (error) {
      throw badRequest(`metadata.annotations[${carried}${name}] is not JSON: ${(error as Error).message}`);
    }
  };
  const others = list(read('metrics'));
  const target = { type: 'Utilization', averageUtilization: percent ?? 80 };
  const cpu = percent === undefined && others.length > 0 ? [] : [{ type: 'Resource', resource: { name: 'cpu', target } }];
  const currentCpu =
    current === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }];
  const seen = [...currentCpu, ...list(read('current-metrics'))];
  return clean({
    ...withAnnotations(object, {}),
    apiVersion: 'autoscaling/v2',
    spec: { ...spec, metrics: [...cpu, ...others], behavior: read('behavior') },
    status: { ...status, currentMetrics: seen.length > 0 ? seen : undefined, conditions: read('conditions') },
  });
}

function fromStored(object: KubeObject): KubeObject {
  const { metrics, behavior, ...spec } = (object.spec ?? {}) as Fields;
  const { currentMetrics, conditions, ...status } = (object.status ?? {}) as Fields;
  const cpu = list(metrics).find(isCpu);
  const isCurrentCpu = (metric: unknown): boolean => at(metric, 'resource', 'name') === 'cpu';
  const currentCpu = list(currentMetrics).find(isCurrentCpu);
  const rest = (all: unknown, one: unknown): unknown[] | undefined => {
    const left = list(all).filter((metric) => metric !== one);
    return left.length > 0 ? left : undefined;
  };
  const annotations = { metrics: rest(metrics, cpu), behavior, 'current-metrics': rest(currentMetrics, currentCpu), conditions };
  return clean({
    ...withAnnotations(object, annotations),
    apiVersion: 'autoscaling/v1',
    spec: { ...spec, targetCPUUtilizationPercentage: at(cpu, 'resource', 'target', 'averageUtilization') },
    status: { ...status, currentCPUUtilizationPercentage: at(currentCpu, 'resource', 'current', 'averageUtilization') },
  });
}

/** The object with these annotations of ours, and no others of ours. */
function withAnnotations(object: KubeObject, values: Fields): KubeObject {
  const { annotations = {}, ...metadata } = object.metadata;
  const ours = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [carried + name, JSON.stringify(value)]);
  const all = {
    ...Object.fromEntries(Object.entries(annotations).filter(([name]) => !name.startsWith(carried))),
    ...Object.fromEntries(ours),
  };
  return { ...object, metadata: { ...metadata, ...(Object.keys(all).length > 0 && { annotations: all }) } };
}
