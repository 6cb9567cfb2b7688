import type { KubeEvent, Pod } from './kube/workloads.ts';
import type { NamespaceListener } from './namespace-watch.ts';
import type { Sighting } from './sighting.ts';

/** Keeps every change of a namespace's Pods and Events, in the order in which it came. */
export class NamespaceHistory implements NamespaceListener {
  readonly sightings: Sighting[] = [];
  private readonly elapsedMs: () => number;

  constructor(elapsedMs: () => number) {
    this.elapsedMs = elapsedMs;
  }

  pod(pod: Pod, gone: boolean): void {
    this.sightings.push({ atMs: this.elapsedMs(), kind: 'Pod', pod, gone });
  }

  event(event: KubeEvent): void {
    this.sightings.push({ atMs: this.elapsedMs(), kind: 'Event', event });
  }
}
