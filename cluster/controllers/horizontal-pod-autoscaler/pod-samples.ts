import type { Kinds } from '../../api/registry.ts';
import type { PodUsage } from '../../kubelet/node-api.ts';

type Pod = Kinds['Pod'];

/** What a Pod's containers used of one resource, in thousandths of its unit, when it was read, and over how long. */
export interface PodSample {
  atMs: number;
  windowMs: number;
  containers: ReadonlyMap<string, number>;
}

/** One number for a Pod. */
export interface PodMetric {
  value: number;
  atMs: number;
  windowMs: number;
}

/** Containers and sidecars: those that run as long as the Pod does. */
export const lastingContainers = ({ spec }: Pod) => [
  ...(spec?.containers ?? []),
  ...(spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
];

/**
 * The metric of each Pod by name, of one container where one is named. A Pod lacks it where that container has no sample, or, of the whole Pod,
 * where one of its containers has none (metrics/client.go).
 */
export function podMetrics(
  pods: readonly Pod[],
  samples: ReadonlyMap<string, PodSample>,
  container: string | undefined,
): Map<string, PodMetric> {
  return new Map(
    pods.flatMap((pod): [string, PodMetric][] => {
      const sample = samples.get(pod.metadata.name);
      if (!sample) return [];
      const names = container ? [container] : lastingContainers(pod).map(({ name }) => name);
      const used = names.map((name) => sample.containers.get(name));
      if (used.some((one) => one === undefined)) return [];
      const value = used.reduce<number>((sum, one) => sum + (one ?? 0), 0);
      return [[pod.metadata.name, { value, atMs: sample.atMs, windowMs: sample.windowMs }]];
    }),
  );
}

/** A Pod's usage as a sample of a resource, in the steps in which metrics.k8s.io tells it (nanocores, KiB); thousandths round up as there. */
export function sampleOf(usage: PodUsage, resource: string): PodSample {
  const milli = ({ cpuCores, memoryBytes }: PodUsage['containers'][number]): number =>
    resource === 'cpu' ? Math.ceil(Math.round(cpuCores * 1e9) / 1e6) : Math.round(memoryBytes / 1024) * 1024 * 1000;
  const known = resource === 'cpu' || resource === 'memory' ? usage.containers : [];
  return { atMs: usage.atMs, windowMs: usage.windowMs, containers: new Map(known.map((one) => [one.name, milli(one)])) };
}
