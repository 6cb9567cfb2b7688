import type { Sample } from '../engine/experiment.ts';

/**
 * The failed ones of these requests by the kind of their failure, most first, each with when its requests were due, in seconds since the load's
 * start: `reset: 294, due at 31.2 s to 32.4 s`. Failures that come together have another cause than those that are strewn.
 */
export function failuresByKind(samples: readonly Sample[]): string[] {
  const due = new Map<string, number[]>();
  for (const { error, dueMs } of samples) if (error !== '') due.set(error, [...(due.get(error) ?? []), dueMs]);
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return [...due]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([kind, times]) => {
      const [first, last] = [Math.min(...times), Math.max(...times)].map(seconds);
      return `${kind}: ${times.length}, due at ${first === last ? first : `${first} to ${last}`}`;
    });
}
