import type { ExerciseProgress } from './progress.ts';

/** Where a learner is with an exercise. */
export type ExerciseState = 'not started' | 'started' | 'solved' | 'gaveUp';

export function stateOf(progress: ExerciseProgress | undefined): ExerciseState {
  if (!progress) return 'not started';
  if (progress.gaveUpAt !== undefined) return 'gaveUp';
  return progress.solvedAt === undefined ? 'started' : 'solved';
}
