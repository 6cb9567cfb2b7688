import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../config.ts';
import { UsageError } from '../errors/usage-error.ts';
import { suggestion } from '../nearest.ts';
import { problemsText, readYaml } from '../yaml-problems.ts';
import { type Exercise, exerciseShape } from './exercise-shape.ts';
import type { Language } from './language.ts';

const root = join(packageRoot(), 'exercises');

/** An exercise with the folder that it is in: `start`, `solution`, `wrong`, and a text in each language. */
export interface FoundExercise extends Exercise {
  folder: string;
}

/** All exercises in the order of the course. */
export function listExercises(): FoundExercise[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readExercise(join(root, name)))
    .sort((a, b) => a.number - b.number);
}

/** One by its name. Throws a UsageError where there is none. */
export function findExercise(name: string): FoundExercise {
  const all = listExercises();
  const found = all.find((one) => one.name === name);
  if (found) return found;
  const names = all.map((one) => one.name);
  throw new UsageError(`there is no exercise ${name}. ${suggestion(name, names)}`.trim(), {
    hint: 'shoplab exercise list tells what each is about',
  });
}

/** What the learner is told to do, in Markdown. */
export const taskOf = ({ folder }: FoundExercise, language: Language): string => readFileSync(join(folder, `task.${language}.md`), 'utf8');

function readExercise(folder: string): FoundExercise {
  const file = join(folder, 'exercise.yaml');
  if (!existsSync(file)) throw new Error(`${folder} has no exercise.yaml`);
  const { value, problems } = readYaml(readFileSync(file, 'utf8'), exerciseShape, 'typed');
  if (!value) throw new Error(problemsText('the exercise', file, problems));
  return { ...value, folder };
}

/** The files as they should be, by their names. */
export const solutionOf = ({ folder, answers }: FoundExercise): Record<string, string> =>
  Object.fromEntries(answers.map(({ file }) => [file, readFileSync(join(folder, 'solution', file), 'utf8')]));
