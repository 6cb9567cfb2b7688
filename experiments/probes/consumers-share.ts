import type { Lab } from '../engine/experiment.ts';
import { KubeError } from '../engine/kube/kube-error.ts';
import { podsOf } from '../faults/pods-of.ts';

/** To be awaited after a consumer was added: whether every Pod of a service has taken events, by its own counter. */
export async function consumersShare(
  lab: Lab,
  { service, port, pods }: { service: string; port: number; pods: number },
): Promise<{ done: boolean; observed: string }> {
  const all = await podsOf(lab, `app=${service}`);
  const taken = await Promise.all(all.map(({ metadata }) => consumedBy(lab, metadata.name, port)));
  const observed = all.map(({ metadata }, index) => `${metadata.name} has taken ${taken[index] ?? 'no'} events`).join(', ');
  return { done: all.length >= pods && taken.every((count) => count !== null && count > 0), observed };
}

async function consumedBy(lab: Lab, pod: string, port: number): Promise<number | null> {
  try {
    const metrics = await lab.kube.request('GET', `/api/v1/namespaces/${lab.namespace}/pods/${pod}:${port}/proxy/metrics`);
    return sumOfMetric(String(metrics), 'events_consumed_total');
  } catch (error) {
    if (error instanceof KubeError) return null; // it does not answer yet
    throw error;
  }
}

/** Sum of a metric over its labels, in Prometheus' text format; 0 where it is not there. */
export function sumOfMetric(text: string, name: string): number {
  const values = text.split('\n').flatMap((line) => {
    const [, metric, value] = /^([a-zA-Z_:][\w:]*)(?:\{.*\})? (\S+)/.exec(line) ?? [];
    return metric === name ? [Number(value)] : [];
  });
  return values.reduce((sum, value) => sum + value, 0);
}
