import type { Series } from '../../engine/journal.ts';

export interface ReplicaCourse {
  /** Each size that it had, in order. */
  sizes: number[];
  /** While the load was high it never became less. */
  neverFell: boolean;
  /** Once the load had fallen it never became more. */
  neverRose: boolean;
}

/** The sizes that a Deployment was to have, up to when the load fell and from then on: what does not flap changes one way in each. */
export function computeReplicaCourse(points: Series['points'], fallMs: number): ReplicaCourse {
  const known = points.flatMap(([atMs, value]) => (value === null ? [] : [{ atMs, value }]));
  const changes = known.filter(({ value }, index) => value !== known[index - 1]?.value);
  const by = (holds: (from: number, to: number) => boolean, isIn: (atMs: number) => boolean): boolean =>
    changes.every(({ atMs, value }, index) => {
      const former = changes[index - 1];
      return former === undefined || !isIn(atMs) || holds(former.value, value);
    });
  return {
    sizes: changes.map(({ value }) => value),
    neverFell: by(
      (from, to) => to > from,
      (atMs) => atMs < fallMs,
    ),
    neverRose: by(
      (from, to) => to < from,
      (atMs) => atMs >= fallMs,
    ),
  };
}
