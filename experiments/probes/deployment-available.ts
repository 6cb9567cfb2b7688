import type { Probe } from '../engine/experiment.ts';
import type { Workload } from '../engine/kube/workloads.ts';

/** Whether all wanted replicas of a Deployment are available, and there is at least one. */
export const deploymentAvailable = (deployment: string): Probe => ({
  id: `${deployment}-available`,
  title: `Deployment ${deployment} is available`,
  async ask(lab) {
    const { spec, status } = await lab.kube.request<Workload>('GET', `/apis/apps/v1/namespaces/${lab.namespace}/deployments/${deployment}`);
    const wanted = spec.replicas ?? 1;
    const available = status?.availableReplicas ?? 0;
    return { holds: wanted > 0 && available >= wanted, observed: `${available} of ${wanted} replicas are available` };
  },
});
