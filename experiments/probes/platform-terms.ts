import type { ImpliedWindow } from '../engine/journal.ts';
import { hasCondition } from '../engine/kube/workloads.ts';
import { pullMsOf } from '../engine/platform-times.ts';
import type { Sighting } from '../engine/sighting.ts';

type Term = ImpliedWindow['terms'][number];

/** Less than this lies within what each window allows for measuring. */
const leastMs = 100;
const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

/**
 * What the platform took of a time, as it was measured in this run: a window that manifests imply has to allow for it, and shows it apart. On a
 * platform that has the images and the room it is nothing.
 */
export function platformTerms(sightings: readonly Sighting[], fromMs: number, untilMs: number): Term[] {
  const during = sightings.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
  // Events are told of the lab's own Pods, too.
  const names = new Set(sightings.flatMap((one) => (one.kind === 'Pod' ? [one.pod.metadata.name] : [])));
  const pulls = during.flatMap((one) =>
    one.kind === 'Event' && names.has(one.event.involvedObject.name ?? '') ? [pullMsOf(one.event) ?? 0] : [],
  );
  const term = (title: string, ms: number): Term[] =>
    ms < leastMs ? [] : [{ title: `platform: ${title}, as measured: ${seconds(ms)}`, lowMs: 0, highMs: ms }];
  return [
    ...term('an image was pulled', Math.max(0, ...pulls)),
    ...term('a Pod waited for its node', Math.max(0, ...schedulingMs(during))),
  ];
}

/** Of each Pod that was created in this time, from then until it had a node. */
function schedulingMs(sightings: readonly Sighting[]): number[] {
  const createdMs = new Map<string, number>();
  const waitedMs = new Map<string, number>();
  for (const one of sightings) {
    if (one.kind !== 'Pod') continue;
    const { uid } = one.pod.metadata;
    const isScheduled = hasCondition(one.pod, 'PodScheduled');
    if (!createdMs.has(uid)) {
      // One that has its node when it is first seen may be as old as the variant.
      if (isScheduled) waitedMs.set(uid, 0);
      createdMs.set(uid, one.atMs);
    }
    if (isScheduled && !waitedMs.has(uid)) waitedMs.set(uid, one.atMs - (createdMs.get(uid) ?? one.atMs));
  }
  return [...waitedMs.values()];
}
