type Point = [at: number, value: number | null];

/**
 * At most about `most` of the points of a line, such that it looks the same: of each stretch of time the first, the last, the least and the
 * most stay, and gaps stay gaps. Fewer points are returned as they are.
 */
export function thinOut(points: readonly Point[], most: number): Point[] {
  if (points.length <= most) return [...points];
  const [from, to] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  const stretches = Math.max(1, Math.floor(most / 5));
  const lengthOfOne = (to - from) / stretches || 1;
  const kept: Point[] = [];
  let stretch: Point[] = [];
  let end = from + lengthOfOne;
  for (const point of points) {
    if (point[0] >= end && stretch.length > 0) {
      kept.push(...essence(stretch));
      stretch = [];
    }
    while (point[0] >= end) end += lengthOfOne;
    stretch.push(point);
  }
  return [...kept, ...essence(stretch)];
}

/** In the order of time, each once. */
function essence(stretch: Point[]): Point[] {
  const keep = new Set([0, stretch.length - 1]);
  const gap = stretch.findIndex(([, value]) => value === null);
  if (gap >= 0) keep.add(gap);
  let [least, most] = [-1, -1];
  stretch.forEach(([, value], n) => {
    if (value === null) return;
    if (least < 0 || value < (stretch[least]?.[1] ?? 0)) least = n;
    if (most < 0 || value > (stretch[most]?.[1] ?? 0)) most = n;
  });
  for (const n of [least, most]) if (n >= 0) keep.add(n);
  return [...keep].sort((a, b) => a - b).flatMap((n) => (stretch[n] ? [stretch[n]] : []));
}
