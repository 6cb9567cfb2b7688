import type { VariantRecord } from './journal.ts';
import { parseGoDurationMs } from './kube/amounts.ts';
import { type EndpointSlice, hasCondition, isPodReady, type KubeEvent, type Pod } from './kube/workloads.ts';
import type { NamespaceListener } from './namespace-watch.ts';

/** In an Event of the kubelet: how long it took until it had pulled, with what it waited for others that were pulled. */
const pulled = /^Successfully pulled image .* in .*\(((?:\d+(?:\.\d+)?(?:ms|h|m|s))+) including waiting\)/;

/** How long an image was pulled, in ms, where an Event says so. */
export const pullMsOf = ({ reason, message = '' }: Pick<KubeEvent, 'reason' | 'message'>): number | undefined => {
  const [, took] = (reason === 'Pulled' && pulled.exec(message)) || [];
  return took === undefined ? undefined : parseGoDurationMs(took);
};

/**
 * How long the platform itself takes for what every variant needs of it, seen by the namespace's watches: that of a Pod which is late is told apart
 * from what the system under test does.
 */
export class PlatformTimes implements NamespaceListener {
  private readonly elapsedMs: () => number;
  private readonly createdMs = new Map<string, number>();
  private readonly schedulingMs = new Map<string, number>();
  /** By name: an EndpointSlice names its Pods. */
  private readonly readyMs = new Map<string, number>();
  private readonly publishingMs = new Map<string, number>();
  private readonly pullingMs = new Map<string, number>();

  constructor(elapsedMs: () => number) {
    this.elapsedMs = elapsedMs;
  }

  pod(pod: Pod, gone: boolean): void {
    const { uid, name } = pod.metadata;
    const nowMs = this.elapsedMs();
    if (!this.createdMs.has(uid)) this.createdMs.set(uid, nowMs);
    if (hasCondition(pod, 'PodScheduled') && !this.schedulingMs.has(uid))
      this.schedulingMs.set(uid, nowMs - (this.createdMs.get(uid) ?? nowMs));
    if (isPodReady(pod) && !gone && !this.readyMs.has(name)) this.readyMs.set(name, nowMs);
  }

  event(event: KubeEvent): void {
    const pullMs = pullMsOf(event);
    if (pullMs !== undefined) this.pullingMs.set(event.metadata.uid, pullMs);
  }

  endpoints({ endpoints }: EndpointSlice): void {
    for (const { conditions, targetRef } of endpoints ?? []) {
      const readyMs = this.readyMs.get(targetRef?.name ?? '');
      // One that is published before its Pod was seen to be Ready came in the same moment by the other watch: it is as good as none.
      if (conditions?.ready === false || targetRef?.name === undefined || this.publishingMs.has(targetRef.name)) continue;
      this.publishingMs.set(targetRef.name, readyMs === undefined ? 0 : this.elapsedMs() - readyMs);
    }
  }

  /** `answersMs`: how long the API server took for the same question, again and again. */
  measurements(answersMs: readonly number[]): VariantRecord['measurements'] {
    const longest = (times: Map<string, number>): number | null => (times.size === 0 ? null : Math.round(Math.max(...times.values())));
    const median = [...answersMs].sort((a, b) => a - b)[Math.floor(answersMs.length / 2)];
    return [
      {
        id: 'api-latency',
        title: 'platform: an answer of the API server, median',
        value: median === undefined ? null : Math.round(median),
        unit: 'ms',
      },
      { id: 'image-pull', title: 'platform: until an image was pulled, longest', value: longest(this.pullingMs) ?? 0, unit: 'ms' },
      { id: 'scheduling', title: 'platform: from a Pod’s creation to its node, longest', value: longest(this.schedulingMs), unit: 'ms' },
      {
        id: 'endpoint-propagation',
        title: 'platform: from Ready to an endpoint of the Service, longest',
        value: longest(this.publishingMs),
        unit: 'ms',
      },
    ];
  }
}
