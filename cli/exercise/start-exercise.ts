import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors/usage-error.ts';
import { type FoundExercise, taskOf } from './exercises.ts';
import type { Language } from './language.ts';
import type { Workshop } from './progress.ts';

/** Puts the broken start of an exercise into the learner's folder. Throws a UsageError where it is there already. */
export function startExercise(
  exercise: FoundExercise,
  workshop: Workshop,
  { manifests, language }: { manifests: string; language: Language },
): void {
  const { name, folder } = exercise;
  if (existsSync(workshop.folderOf(name)))
    throw new UsageError(`${workshop.folderOf(name)} is there already`, {
      hint: `go on there, or begin anew with shoplab exercise reset ${name}`,
    });
  cpSync(join(folder, 'start'), workshop.folderOf(name), { recursive: true });
  writeFileSync(join(workshop.folderOf(name), 'TASK.md'), taskOf(exercise, language));
  // The shop that all exercises stand on, so that kustomize finds it from each.
  cpSync(join(manifests, 'base'), join(workshop.folder, 'base'), { recursive: true });
  workshop.keep(name, workshop.of(name) ?? { startedAt: new Date().toISOString(), hints: 0, checks: [] });
}

/** Begins an exercise anew: its files as they were, hints and checks forgotten. */
export function resetExercise(exercise: FoundExercise, workshop: Workshop, options: { manifests: string; language: Language }): void {
  workshop.started(exercise.name);
  rmSync(workshop.folderOf(exercise.name), { recursive: true, force: true });
  workshop.keep(exercise.name, undefined);
  startExercise(exercise, workshop, options);
}
