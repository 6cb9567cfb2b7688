import type { Kinds } from '../../api/registry.ts';
import type { PodSample } from '../horizontal-pod-autoscaler/pod-samples.ts';

/** A Pod as the tables of cases have it. For tests. */
export interface CasePod {
  name: string;
  phase: string;
  ready: string | null;
  readyChangedSecondsAgo?: number;
  startedSecondsAgo: number | null;
  deleting?: boolean;
  containers: { name: string; requestMilli: number | null; sidecar?: boolean }[];
  metric: { ageSeconds: number; windowSeconds: number; usageMilli: Record<string, number> } | null;
}

const ago = (seconds: number, nowMs: number): string => new Date(nowMs - seconds * 1000).toISOString();

/** The Pod, of which each container requests that much of the resource. */
export function podOf(one: CasePod, resource: string, nowMs: number): Kinds['Pod'] {
  const container = ({ name, requestMilli, sidecar }: CasePod['containers'][number]) => ({
    name,
    ...(sidecar && { restartPolicy: 'Always' }),
    resources: { requests: { ...(requestMilli !== null && { [resource]: `${requestMilli}m` }) } },
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: one.name,
      namespace: 'default',
      uid: one.name,
      resourceVersion: '1',
      creationTimestamp: ago(10_000, nowMs),
      labels: { app: 'web' },
      ...(one.deleting && { deletionTimestamp: ago(0, nowMs) }),
    },
    spec: {
      containers: one.containers.filter(({ sidecar }) => !sidecar).map(container),
      initContainers: one.containers.filter(({ sidecar }) => sidecar).map(container),
    },
    status: {
      phase: one.phase,
      ...(one.startedSecondsAgo !== null && { startTime: ago(one.startedSecondsAgo, nowMs) }),
      ...(one.ready !== null && {
        conditions: [{ type: 'Ready', status: one.ready, lastTransitionTime: ago(one.readyChangedSecondsAgo ?? 0, nowMs) }],
      }),
    },
  };
}

/** Its sample by its name; none where it has no metric. */
export const sampleOfCase = ({ name, metric }: CasePod, nowMs: number): [string, PodSample][] =>
  metric
    ? [
        [
          name,
          {
            atMs: nowMs - metric.ageSeconds * 1000,
            windowMs: metric.windowSeconds * 1000,
            containers: new Map(Object.entries(metric.usageMilli)),
          },
        ],
      ]
    : [];
