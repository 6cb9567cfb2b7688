import type { KubeEvent, Pod, Workload } from './kube/workloads.ts';
import { type Plot, StepLines } from './step-lines.ts';

/**
 * Lines of the charts that the Kubernetes API alone tells, of whatever is in the namespace: ready Pods, restarts, probes that failed. Restarts
 * and failures are counted over all Pods that a workload ever had, also those that are gone: the lines never fall.
 */
export class NamespaceLines {
  private readonly lines: StepLines;
  private readonly restarts = new Map<string, { workload: string; count: number }>();
  private readonly failures = new Map<string, { line: string; count: number }>();

  constructor(plot: Plot) {
    this.lines = new StepLines(plot);
  }

  deployment({ metadata: { name }, status }: Workload): void {
    this.lines.set(`replicas-${name}`, `${name} Pods ready`, 'Pods', status?.readyReplicas ?? 0);
  }

  pod(pod: Pod): void {
    const workload = workloadOf(pod);
    const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
    const count = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
    this.restarts.set(pod.metadata.uid, { workload, count: Math.max(count, this.restarts.get(pod.metadata.uid)?.count ?? 0) });
    const all = [...this.restarts.values()].filter((one) => one.workload === workload);
    this.lines.set(`restarts-${workload}`, `${workload} restarts`, 'restarts', sumOf(all));
  }

  /** What an Event says of a probe; `pods` tell whose it was. */
  event(event: KubeEvent, pods: readonly Pod[]): void {
    const kind =
      event.reason === 'Unhealthy' ? /^(Startup|Readiness|Liveness) probe/.exec(event.message ?? '')?.[1]?.toLowerCase() : undefined;
    if (kind === undefined) return;
    const pod = pods.find(({ metadata }) => metadata.name === event.involvedObject.name);
    const title = `${pod ? workloadOf(pod) : (event.involvedObject.name ?? 'Pod')}, ${kind}`;
    this.failures.set(event.metadata.uid, { line: title, count: event.count ?? 1 });
    const all = [...this.failures.values()].filter(({ line }) => line === title);
    this.lines.set(`probe-failures-${title.replace(', ', '-')}`, `${title} probe`, 'failed probes', sumOf(all));
  }

  end(): void {
    this.lines.end();
  }
}

const sumOf = (all: { count: number }[]): number => all.reduce((sum, { count }) => sum + count, 0);

/** The Deployment or StatefulSet that a Pod belongs to, by its owner's name; its own name where it has none. */
export function workloadOf({ metadata: { name, labels, ownerReferences } }: Pod): string {
  const [owner] = ownerReferences ?? [];
  const hash = labels?.['pod-template-hash'];
  if (!owner) return name;
  return hash !== undefined && owner.name.endsWith(`-${hash}`) ? owner.name.slice(0, -hash.length - 1) : owner.name;
}
