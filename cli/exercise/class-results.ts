import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UsageError } from '../errors/usage-error.ts';
import type { FoundExercise } from './exercises.ts';
import { Workshop } from './progress.ts';
import { type ExerciseState, stateOf } from './state-of.ts';

/** Of one learner and one exercise. */
export interface ExerciseResult {
  exercise: string;
  state: ExerciseState;
  checks: number;
  hints: number;
  /** From the start until it was solved; null where it is not. */
  minutes: number | null;
  /** Explanation of the last check that did not hold, by its id; '' for none. */
  lastExplained: string;
}

export interface LearnerResult {
  learner: string;
  solved: number;
  exercises: ExerciseResult[];
}

/** What learners have done, by the folders that they hand in: `folder` is one's workshop, or has one for each learner. Throws a UsageError where there is none. */
export function classResults(folder: string, exercises: FoundExercise[]): LearnerResult[] {
  const path = resolve(folder);
  if (!existsSync(path)) throw new UsageError(`there is no folder ${path}`);
  const found = [
    path,
    ...readdirSync(path)
      .map((name) => join(path, name))
      .flatMap((one) => [one, join(one, 'shoplab-workshop')]),
  ]
    .filter((one) => existsSync(one) && statSync(one).isDirectory())
    .map((one) => ({ folder: one, workshop: Workshop.open(one) }))
    .filter(({ workshop }) => workshop.exists);
  if (found.length === 0)
    throw new UsageError(`${path} has no results of learners`, {
      hint: 'a folder for each learner, with the folder that `shoplab exercise start` made',
    });
  return found
    .map(({ folder: one, workshop }) =>
      resultOf(basename(one) === 'shoplab-workshop' ? basename(resolve(one, '..')) : basename(one), workshop, exercises),
    )
    .sort((a, b) => (a.learner < b.learner ? -1 : 1));
}

function resultOf(learner: string, workshop: Workshop, all: FoundExercise[]): LearnerResult {
  const exercises = all.map(({ name }): ExerciseResult => {
    const progress = workshop.of(name);
    const { startedAt, solvedAt, checks = [], hints = 0 } = progress ?? {};
    return {
      exercise: name,
      state: stateOf(progress),
      checks: checks.length,
      hints,
      minutes: startedAt && solvedAt ? Math.round((Date.parse(solvedAt) - Date.parse(startedAt)) / 60_000) : null,
      lastExplained: checks.findLast(({ outcome }) => outcome !== 'solved')?.explained ?? '',
    };
  });
  return { learner, solved: exercises.filter(({ state }) => state === 'solved').length, exercises };
}
