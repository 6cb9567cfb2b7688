import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../errors/usage-error.ts';
import type { FoundExercise } from './exercises.ts';
import type { Answers } from './read-answers.ts';

/** What a run that grades an answer is run on. */
export interface GradedRun {
  /** `treatment`, or the sabotage that it is run on. */
  run: string;
  /** What it has to come to. */
  expected: 'passed' | 'failed';
  /** Name of the catalog, or file of an experiment. */
  experiment: string;
  /** What overlays of the catalog are relative to. */
  manifests: string;
}

export const treatmentRun = 'treatment';

/**
 * Makes the manifests that an answer is graded on, in `target`: ours, with the learner's files where the exercise says. Control and all else are never
 * the learner's, whatever was done to the folder. Answers the runs that have to be made, in order; [] where nothing has to be run.
 */
export function gradedRuns(exercise: FoundExercise, answers: Answers, manifests: string, target: string): GradedRun[] {
  const { proof } = exercise;
  if ('words' in proof) return [];
  cpSync(manifests, target, { recursive: true });
  if ('sabotages' in proof) return sabotagedRuns(exercise, proof.sabotages, answers, target);
  if (!proof.experiment.startsWith('./')) {
    intoCatalog(exercise, answers, join(target, 'overlays', proof.experiment));
    return [{ run: treatmentRun, expected: 'passed', experiment: proof.experiment, manifests: target }];
  }
  const folder = ownFolder(target, exercise.name);
  cpSync(join(exercise.folder, dirname(proof.experiment)), folder, { recursive: true });
  cpSync(join(exercise.folder, 'start'), join(folder, 'ours'), { recursive: true });
  treatmentOf(exercise, answers, folder);
  return [{ run: treatmentRun, expected: 'passed', experiment: join(folder, 'experiment.yaml'), manifests: target }];
}

/** An overlay folder that is for a run of this exercise alone, with the shop beside it as the learner has it. */
function ownFolder(target: string, name: string): string {
  const folder = join(target, 'overlays', `exercise-${name}`);
  mkdirSync(folder, { recursive: true });
  cpSync(join(target, 'base'), join(folder, 'base'), { recursive: true });
  return folder;
}

/** The learner's files in place of the treatment, or in it where they are no manifests of their own. */
function intoCatalog(exercise: FoundExercise, answers: Answers, overlays: string): void {
  if (!existsSync(join(exercise.folder, 'start/kustomization.yaml'))) {
    write(answers, join(overlays, 'treatment'));
    return;
  }
  // What our variants are made of stays ours, by another name.
  renameSync(join(overlays, 'treatment'), join(overlays, 'ours'));
  for (const variant of readdirSync(overlays)) {
    const file = join(overlays, variant, 'kustomization.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('../treatment', '../ours'));
  }
  cpSync(join(overlays, '../../base'), join(overlays, 'base'), { recursive: true });
  treatmentOf(exercise, answers, overlays);
}

function treatmentOf({ folder: source }: FoundExercise, answers: Answers, folder: string): void {
  cpSync(join(source, 'start'), join(folder, 'treatment'), { recursive: true });
  write(answers, join(folder, 'treatment'));
}

function write({ files }: Answers, folder: string): void {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
}

/** The learner's experiment on the treatment, and on each folder in which its mechanism is gone. */
function sabotagedRuns(exercise: FoundExercise, sabotages: string[], answers: Answers, target: string): GradedRun[] {
  const [file] = exercise.answers;
  if (!file) throw new Error(`exercise ${exercise.name} has no answer`);
  refuseOtherManifests(file.file, answers.objects[file.file]);
  return [undefined, ...sabotages].map((sabotage): GradedRun => {
    const folder = ownFolder(target, join(exercise.name, sabotage ?? treatmentRun));
    treatmentOf(exercise, answers, folder);
    // The experiment names `control` and `treatment` beside itself.
    const at = join(folder, 'treatment');
    if (sabotage !== undefined) cpSync(join(exercise.folder, sabotage), join(at, 'treatment'), { recursive: true });
    return {
      run: sabotage ?? treatmentRun,
      expected: sabotage === undefined ? 'passed' : 'failed',
      experiment: join(at, file.file),
      manifests: target,
    };
  });
}

/** Control and treatment are ours: an experiment that brought its own would be graded on what the learner made up. */
function refuseOtherManifests(file: string, content: unknown): void {
  const told = content as Record<string, { manifests?: unknown } | undefined> | null | undefined;
  for (const variant of ['control', 'treatment']) {
    const named = told?.[variant]?.manifests;
    if (String(named).replace(/^\.\//, '').replace(/\/$/, '') !== variant)
      throw new UsageError(
        `${file}: manifests of ${variant} has to be ./${variant}, which the exercise gives, and is ${named ?? 'not there'}`,
      );
  }
}
