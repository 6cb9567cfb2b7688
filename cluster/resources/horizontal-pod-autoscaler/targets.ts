import type { V2MetricSpec, V2MetricStatus, V2MetricTarget } from '@kubernetes/client-node';
import type { KubeObject, Wire } from '../../api/object.ts';
import type { Kinds } from '../../api/registry.ts';
import { specOf } from './spec.ts';

type Metric = Wire<V2MetricSpec>;

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

/** The column TARGETS: two metrics, then how many more there are. */
export function targets(object: KubeObject): string {
  const { metrics = [] } = specOf(object);
  const current = (object as unknown as Kinds['HorizontalPodAutoscaler']).status?.currentMetrics ?? [];
  const texts = metrics.map((metric, index) => targetText(metric, current[index]));
  if (texts.length === 0) return '<none>';
  return texts.length > 2 ? `${texts.slice(0, 2).join(', ')} + ${texts.length - 2} more...` : texts.join(', ');
}
