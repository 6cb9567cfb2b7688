import { setTimeout as pause } from 'node:timers/promises';
import type { Evidence, Lab } from '../../engine/experiment.ts';
import { parseCores, parseGoDurationMs } from '../../engine/kube/amounts.ts';
import { isNotFound, KubeError } from '../../engine/kube/kube-error.ts';
import type { Pod } from '../../engine/kube/workloads.ts';
import { podsOf } from '../../faults/pods-of.ts';
import { longestMetricsWindowMs, readPodMetrics } from './pod-cpu.ts';

const lookEveryMs = 250;
/** A new autoscaler waits a sync, and its first metrics may be too young for it. */
const activeWithinMs = 60_000;
/** Where nobody says otherwise: kube-controller-manager's default. */
const usualSync = '15s';
const syncAnnotation = 'shoplab.dev/horizontal-pod-autoscaler-sync-period';
/** The API's default without `behavior`. */
const usualStabilizationSeconds = 300;

interface Autoscaler {
  spec: { behavior?: { scaleDown?: { stabilizationWindowSeconds?: number } } };
  status?: { currentMetrics?: unknown[] | null; conditions?: { type: string; status: string; message?: string }[] | null };
}
interface Template {
  spec: {
    template: {
      spec: {
        containers: {
          resources?: { limits?: { cpu?: string } };
          startupProbe?: { periodSeconds?: number };
          readinessProbe?: { periodSeconds?: number };
        }[];
      };
    };
  };
}

/** The same with the metrics' windows as the run met them: what its windows are made of when it is over. */
export const asMet = (lab: Lab, { baseline, ...evidence }: Evidence): Evidence => ({
  ...evidence,
  baseline: { ...baseline, metricsMs: Math.max(baseline.metricsMs ?? 0, Math.round(longestMetricsWindowMs(lab))) },
});

/** What is known of a service's scaling before the load: the times that its windows are made of. `autoscaler` is 0 where there is none, `limitCores` absent where its Pods have no CPU limit. */
export async function readAutoscaling(lab: Lab, service: string): Promise<Record<string, number>> {
  const deployment = await lab.kube.request<Template>('GET', `/apis/apps/v1/namespaces/${lab.namespace}/deployments/${service}`);
  const [container] = deployment.spec.template.spec.containers;
  const { startupProbe, readinessProbe, resources } = container ?? {};
  const autoscaler = await activeAutoscaler(lab, service);
  const [first] = await podsOf(lab, `app=${service}`);
  await untilMetricsAnswer(lab, service);
  return {
    ...(resources?.limits?.cpu !== undefined && { limitCores: parseCores(resources.limits.cpu) }),
    startupPeriodMs: startupProbe ? (startupProbe.periodSeconds || 10) * 1000 : 0,
    readinessPeriodMs: readinessProbe ? (readinessProbe.periodSeconds || 10) * 1000 : 0,
    startMs: first ? startOf(first) : 0,
    autoscaler: autoscaler ? 1 : 0,
    syncMs: await readSyncMs(lab),
    metricsMs: Math.round(longestMetricsWindowMs(lab)),
    stabilizationMs: (autoscaler?.spec.behavior?.scaleDown?.stabilizationWindowSeconds ?? usualStabilizationSeconds) * 1000,
  };
}

/** The metrics API is a Pod of its own, which a busy node may take for sick: then the API server answers 503 for it. Rejects after a minute of that. */
async function untilMetricsAnswer(lab: Lab, service: string): Promise<void> {
  for (const untilMs = performance.now() + activeWithinMs; ; await pause(lookEveryMs, undefined, { signal: lab.signal })) {
    try {
      await readPodMetrics(lab, service);
      return;
    } catch (error) {
      if (!(error instanceof KubeError && error.code === 503) || performance.now() > untilMs) throw error;
      lab.say(`waiting for metrics.k8s.io: ${error.message.trim()}`);
    }
  }
}

/** The autoscaler of that name once it goes by metrics, or as it is when it does not within a minute; undefined where there is none. */
async function activeAutoscaler(lab: Lab, name: string): Promise<Autoscaler | undefined> {
  const path = `/apis/autoscaling/v2/namespaces/${lab.namespace}/horizontalpodautoscalers/${name}`;
  for (const untilMs = performance.now() + activeWithinMs; ; await pause(lookEveryMs, undefined, { signal: lab.signal })) {
    let found: Autoscaler;
    try {
      found = await lab.kube.request<Autoscaler>('GET', path);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
    const active = found.status?.conditions?.find(({ type }) => type === 'ScalingActive');
    if ((active?.status === 'True' && (found.status?.currentMetrics ?? []).length > 0) || performance.now() > untilMs) return found;
    lab.say(`waiting for the autoscaler's first metrics: ${active?.message ?? 'it has not looked yet'}`);
  }
}

/** A Kubernetes API does not tell the flags of its controllers; a local lab does, on its node. */
async function readSyncMs(lab: Lab): Promise<number> {
  const { items } = await lab.kube.request<{ items: { metadata: { annotations?: Record<string, string> } }[] }>('GET', '/api/v1/nodes');
  return parseGoDurationMs(items.map(({ metadata }) => metadata.annotations?.[syncAnnotation]).find((text) => text) ?? usualSync);
}

/** From its scheduling until it was Ready; both are told in whole seconds. */
function startOf({ status }: Pod): number {
  const at = (type: string): number => Date.parse(status?.conditions?.find((one) => one.type === type)?.lastTransitionTime ?? '');
  const tookMs = at('Ready') - at('PodScheduled');
  return Number.isFinite(tookMs) ? Math.max(0, tookMs) + 1000 : 0;
}
