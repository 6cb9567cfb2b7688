import type { Gauge, Lab } from '../../engine/experiment.ts';
import { parseCores, parseGoDurationMs } from '../../engine/kube/amounts.ts';

interface PodMetrics {
  window: string;
  containers: { usage: { cpu: string } }[];
}

const longest = new WeakMap<Lab, number>();

/** What metrics.k8s.io tells of the Pods of a service. */
export async function readPodMetrics(lab: Lab, service: string): Promise<PodMetrics[]> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${lab.namespace}/pods?labelSelector=app%3D${service}`;
  const { items } = await lab.kube.request<{ items: PodMetrics[] }>('GET', path);
  longest.set(lab, Math.max(longestMetricsWindowMs(lab), ...items.map(({ window }) => parseGoDurationMs(window))));
  return items;
}

/**
 * The longest time that a figure of metrics.k8s.io was the mean of, of those that were read in this lab so far; 0: none was. On genuine Kubernetes it
 * is not the same from one figure to the next: kubelets sample when they have the time.
 */
export const longestMetricsWindowMs = (lab: Lab): number => longest.get(lab) ?? 0;

const coresOf = ({ containers }: PodMetrics): number => containers.reduce((sum, { usage }) => sum + parseCores(usage.cpu), 0);

/** CPU of the busiest Pod of a service, in thousandths of a core; the last window's mean. Its series is what `loadBit` looks at. */
export const busiestPodCpu = (service: string): Gauge => ({
  id: 'cpu-busiest',
  title: `CPU of the busiest Pod of ${service}`,
  unit: 'millicores',
  everyMs: 1000,
  async read(lab) {
    const pods = await readPodMetrics(lab, service);
    return pods.length === 0 ? null : Math.round(Math.max(...pods.map(coresOf)) * 1000);
  },
});

/** How many Pods a Deployment is to have, as its scale says. Its series is what `scales` looks at. */
export const wantedReplicas = (deployment: string): Gauge => ({
  id: 'replicas-wanted',
  title: `${deployment} Pods wanted`,
  unit: 'Pods',
  everyMs: 250,
  async read(lab) {
    const path = `/apis/apps/v1/namespaces/${lab.namespace}/deployments/${deployment}/scale`;
    return (await lab.kube.request<{ spec: { replicas?: number } }>('GET', path)).spec.replicas ?? 0;
  },
});
