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
  // Events are told of the lab's own Pods, too.
  const names = new Set(sightings.flatMap((one) => (one.kind === 'Pod' ? [one.pod.metadata.name] : [])));
  const pulls = sightings.flatMap((one) =>
    one.kind === 'Event' && one.atMs >= fromMs && one.atMs <= untilMs && names.has(one.event.involvedObject.name ?? '')
      ? [pullMsOf(one.event) ?? 0]
      : [],
  );
  const term = (title: string, ms: number): Term[] =>
    ms < leastMs ? [] : [{ title: `platform: ${title}, as measured: ${seconds(ms)}`, lowMs: 0, highMs: ms }];
  return [
    ...term('an image was pulled', Math.max(0, ...pulls)),
    ...term('a Pod waited for its node', Math.max(0, ...schedulingMs(sightings, fromMs, untilMs))),
  ];
}

/** Of each Pod that got its node in this time, for how long it had waited within it. */
function schedulingMs(sightings: readonly Sighting[], fromMs: number, untilMs: number): number[] {
  const seenMs = new Map<string, number>();
  const scheduled = new Set<string>();
  return sightings.flatMap((one) => {
    if (one.kind !== 'Pod' || scheduled.has(one.pod.metadata.uid)) return [];
    const { uid } = one.pod.metadata;
    const firstMs = seenMs.get(uid) ?? one.atMs;
    seenMs.set(uid, firstMs);
    if (!hasCondition(one.pod, 'PodScheduled')) return [];
    scheduled.add(uid);
    return one.atMs >= fromMs && one.atMs <= untilMs ? [one.atMs - Math.max(firstMs, fromMs)] : [];
  });
}
