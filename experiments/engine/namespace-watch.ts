import type { KubeClients } from './experiment.ts';
import type { EventRecord } from './journal.ts';
import type { WorkloadsSeen } from './kube/decide-readiness.ts';
import { Mirror } from './kube/mirror.ts';
import type { EndpointSlice, KubeEvent, Pod, Workload } from './kube/workloads.ts';
import { ownLabel } from './own-pod/own-pod.ts';

/** What is told of each change, as it comes. */
export interface NamespaceListener {
  deployment?(deployment: Workload): void;
  pod(pod: Pod, gone: boolean): void;
  event(event: KubeEvent, pods: readonly Pod[]): void;
  endpoints?(slice: EndpointSlice): void;
}

/** What goes on in a namespace, kept up to date by watches: workloads, Pods, Events, and endpoints of Services. */
export class NamespaceWatch {
  private readonly deployments: Mirror<Workload>;
  private readonly statefulSets: Mirror<Workload>;
  private readonly pods: Mirror<Pod>;
  private readonly kubeEvents = new Map<string, KubeEvent>();
  private readonly events: Mirror<KubeEvent>;
  private readonly endpoints: Mirror<EndpointSlice>;
  private readonly waiting = new Set<() => void>();

  constructor(kube: KubeClients, namespace: string, listeners: NamespaceListener[] = []) {
    const core = `/api/v1/namespaces/${namespace}`;
    const apps = `/apis/apps/v1/namespaces/${namespace}`;
    const wake = (): void => this.wake();
    this.deployments = new Mirror(kube, `${apps}/deployments`, (_type, deployment) => {
      for (const listener of listeners) listener.deployment?.(deployment);
      wake();
    });
    this.statefulSets = new Mirror(kube, `${apps}/statefulsets`, wake);
    this.pods = new Mirror(kube, `${core}/pods`, (type, pod) => {
      if (isOwn(pod)) return;
      for (const listener of listeners) listener.pod(pod, type === 'DELETED');
      wake();
    });
    // Events are kept also when they have expired in the cluster.
    this.events = new Mirror(kube, `${core}/events`, (type, event) => {
      if (type !== 'DELETED') {
        this.kubeEvents.set(event.metadata.uid, event);
        for (const listener of listeners) listener.event(event, this.podsOfTheShop());
      }
      wake();
    });
    this.endpoints = new Mirror(kube, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, (type, slice) => {
      if (type !== 'DELETED') for (const listener of listeners) listener.endpoints?.(slice);
    });
  }

  /** Follows until the signal aborts. Rejects where the API refuses. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all([this.deployments, this.statefulSets, this.pods, this.events, this.endpoints].map((mirror) => mirror.follow(signal)));
  }

  seen(): WorkloadsSeen {
    return {
      deployments: this.deployments.items(),
      statefulSets: this.statefulSets.items(),
      pods: this.podsOfTheShop(),
      events: [...this.kubeEvents.values()],
    };
  }

  /** Whether a Pod of the namespace is on that node, the lab's own among them. */
  isHost(node: string): boolean {
    return this.pods.items().some(({ spec }) => spec?.nodeName === node);
  }

  /** Resolves at the next change; the signal lets go of it. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.add(resolve);
      signal.addEventListener('abort', () => this.waiting.delete(resolve), { once: true });
    });
  }

  /** All Events so far, as the journal has them. */
  eventRecords(): EventRecord[] {
    return [...this.kubeEvents.values()].map((event) => ({
      at: new Date(event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? 0).toISOString(),
      source: 'kubernetes',
      type: event.type === 'Warning' ? 'Warning' : 'Normal',
      reason: event.reason ?? '',
      object: `${event.involvedObject.kind ?? ''}/${event.involvedObject.name ?? ''}`,
      message: event.message ?? '',
      ...((event.count ?? 1) > 1 && { count: event.count }),
    }));
  }

  private podsOfTheShop(): Pod[] {
    return this.pods.items().filter((pod) => !isOwn(pod));
  }

  private wake(): void {
    const woken = [...this.waiting];
    this.waiting.clear();
    for (const one of woken) one();
  }
}

/** A Pod of the lab itself: nobody asks what becomes of it but who made it. */
const isOwn = ({ metadata }: Pod): boolean => metadata.labels?.[ownLabel] !== undefined;
