import type { VariantRecord } from './journal.ts';
import { isPodReady, type KubeEvent, type Pod } from './kube/workloads.ts';

/**
 * What the API told of a Pod, or an Event, with when it came, in milliseconds since the variant's startedAt: Events and statuses themselves
 * carry whole seconds only.
 */
export type Sighting = { atMs: number } & ({ kind: 'Pod'; pod: Pod; gone: boolean } | { kind: 'Event'; event: KubeEvent });

/** As a journal has it: what times are told from, in a line each. What says the same of a Pod as the line before is left out. */
export function sightingLines(sightings: readonly Sighting[]): NonNullable<VariantRecord['sightings']> {
  const last = new Map<string, string>();
  return sightings.flatMap((one) => {
    const { object, saw } = lineOf(one);
    if (last.get(object) === saw) return [];
    if (one.kind === 'Pod') last.set(object, saw);
    return [{ atMs: one.atMs, object, saw }];
  });
}

function lineOf(one: Sighting): { object: string; saw: string } {
  if (one.kind === 'Event') {
    const { involvedObject, reason, message } = one.event;
    return { object: `${involvedObject.kind ?? ''}/${involvedObject.name ?? ''}`, saw: `Event ${reason}: ${message ?? ''}` };
  }
  const { metadata, status } = one.pod;
  const containers = (status?.containerStatuses ?? []).map(
    ({ name, state, restartCount }) =>
      `${name} ${state?.running ? 'running' : state?.terminated ? 'ended' : 'waiting'}, ${restartCount} restarts`,
  );
  const saw = [
    status?.phase ?? 'Pending',
    isPodReady(one.pod) ? 'Ready' : 'not Ready',
    ...containers,
    ...(metadata.deletionTimestamp ? ['leaving'] : []),
  ];
  return { object: `Pod/${metadata.name}`, saw: one.gone ? 'gone' : saw.join('; ') };
}
