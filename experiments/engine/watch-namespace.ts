import type { CoreV1Event, V1Deployment } from '@kubernetes/client-node';
import type { EventRecord, Series } from './journal.ts';
import type { VariantLab } from './lab.ts';

/** Keeps what the namespace tells while a variant runs: its Events, and how many ready replicas each Deployment has over time. */
export class NamespaceWatch {
  private readonly events = new Map<string, EventRecord>();
  private readonly stopping = new AbortController();
  private readonly watching: Promise<unknown>;

  constructor(lab: VariantLab) {
    const base = `/namespaces/${lab.namespace}`;
    this.watching = Promise.all([
      lab.kube.watch<CoreV1Event>(`/api/v1${base}/events`, this.stopping.signal, (type, event) => {
        if (type !== 'DELETED') this.events.set(event.metadata.uid ?? '', recordOf(event));
      }),
      lab.kube.watch<V1Deployment>(`/apis/apps/v1${base}/deployments`, this.stopping.signal, (type, deployment) => {
        const name = deployment.metadata?.name ?? '';
        lab.plot(`replicas-${name}`, `Ready Pods of ${name}`, 'Pods', type === 'DELETED' ? null : (deployment.status?.readyReplicas ?? 0));
      }),
    ]);
    // Ends with stop(); a failure before is told there.
    this.watching.catch(() => undefined);
  }

  /** Ends the watch. Answers the Events, oldest first. */
  async stop(): Promise<EventRecord[]> {
    this.stopping.abort();
    await this.watching;
    return [...this.events.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  }
}

function recordOf(event: CoreV1Event): EventRecord {
  const at = event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? new Date();
  return {
    at: new Date(at).toISOString(),
    source: 'kubernetes',
    type: event.type === 'Warning' ? 'Warning' : 'Normal',
    reason: event.reason ?? '',
    object: `${event.involvedObject.kind}/${event.involvedObject.name}`,
    message: event.message ?? '',
    ...((event.count ?? 1) > 1 && { count: event.count as number }),
  };
}

/** Lines that are held until the next point become steps: each point is repeated just before the next, and at the end. */
export function asSteps(series: Series, endMs: number): Series {
  const points: Series['points'] = [];
  for (const [index, [at, value]] of series.points.entries()) {
    const former = series.points[index - 1];
    if (former) points.push([at, former[1]]);
    points.push([at, value]);
  }
  const last = series.points.at(-1);
  if (last) points.push([endMs, last[1]]);
  return { ...series, points };
}
