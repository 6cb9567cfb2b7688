import type { KubeEvent, Pod } from './kube/workloads.ts';

/**
 * What the API told of a Pod, or an Event, with when it came, in milliseconds since the variant's startedAt: Events and statuses themselves
 * carry whole seconds only.
 */
export type Sighting = { atMs: number } & ({ kind: 'Pod'; pod: Pod; gone: boolean } | { kind: 'Event'; event: KubeEvent });
