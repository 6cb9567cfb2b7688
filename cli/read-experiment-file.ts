import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buildKustomization } from '../cluster/kustomize/build.ts';
import { type ExperimentFile, experimentFileShape } from '../experiments/declared/experiment-file.ts';
import { experimentOf } from '../experiments/declared/experiment-of.ts';
import type { Experiment } from '../experiments/engine/experiment.ts';
import { TemplateError } from '../experiments/load/request-template.ts';
import { requestsOf } from '../experiments/load/requests-of.ts';
import { UsageError } from './errors/usage-error.ts';
import { readRows } from './load/read-rows.ts';
import { missingInManifests } from './missing-in-manifests.ts';
import { type FileProblem, problemsText, type ReadYaml, readYaml } from './yaml-problems.ts';

/** An experiment that somebody wrote in YAML. */
export interface ReadExperimentFile {
  experiment: Experiment;
  /** What its overlays are relative to, absolute. */
  folder: string;
  /** What the images of its manifests run as on platform local, absolute; undefined where the lab's own images suffice. */
  imagesFile: string | undefined;
}

/**
 * Reads an experiment and looks into the manifests that it names. `file` may be a folder, which means its experiment.yaml. Rejects with a
 * UsageError that names every problem with its line and column.
 */
export async function readExperimentFile(file: string): Promise<ReadExperimentFile> {
  const path = existsSync(file) && statSync(file).isDirectory() ? join(file, 'experiment.yaml') : file;
  const folder = dirname(resolve(path));
  const read = readYaml(readText(path), experimentFileShape, 'typed');
  const problems = read.value ? await problemsAround(read, read.value, folder) : read.problems;
  const { data, script } = read.value && problems.length === 0 ? besideOf(read.value.load) : {};
  const beside = {
    rows: data === undefined ? undefined : readRows(resolve(folder, data)),
    script: script === undefined ? undefined : resolve(folder, script),
  };
  const experiment = read.value && problems.length === 0 ? experimentOf(read.value, beside) : undefined;
  if (experiment) problems.push(...templateProblems(read, experiment));
  if (!read.value || !experiment || problems.length > 0)
    throw new UsageError(problemsText('the experiment', path, problems), {
      hint: '`shoplab schema experiment` prints all that can be in one',
    });
  const { images } = read.value;
  return { experiment, folder, imagesFile: images === undefined ? undefined : resolve(folder, images) };
}

/** The files that a load names. */
const besideOf = (load: ExperimentFile['load']): { data?: string | undefined; script?: string } =>
  'k6' in load ? { script: load.k6 } : { data: load.data };

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`the experiment ${path} cannot be read: ${(cause as Error).message}`, {
      hint: '`shoplab new experiment DIR` makes one that runs',
    });
  }
}

/** Placeholders of the load that cannot be filled in. */
function templateProblems({ placeOf }: ReadYaml<unknown>, { load }: Experiment): FileProblem[] {
  if (load.script !== undefined) return [];
  try {
    requestsOf({ scenario: load, origin: '', seed: 0 });
    return [];
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return [{ ...placeOf(['load', 'request']), field: 'load.request', message: error.message }];
  }
}

/** What the file names beside itself and is not there. */
async function problemsAround({ placeOf }: ReadYaml<unknown>, file: ExperimentFile, folder: string): Promise<FileProblem[]> {
  const problems: FileProblem[] = [];
  const complain = (field: PropertyKey[], message: string): void => {
    const problem = { ...placeOf(field), field: field.join('.'), message };
    if (!problems.some((one) => one.field === problem.field && one.message === message)) problems.push(problem);
  };
  if (file.images !== undefined && !existsSync(resolve(folder, file.images)))
    complain(['images'], `there is no file ${resolve(folder, file.images)}`);
  const { data, script } = besideOf(file.load);
  if (data !== undefined && !existsSync(resolve(folder, data))) complain(['load', 'data'], `there is no file ${resolve(folder, data)}`);
  if (script !== undefined && !existsSync(resolve(folder, script))) complain(['load', 'k6'], `there is no file ${resolve(folder, script)}`);
  for (const variant of ['control', 'treatment'] as const) {
    const { manifests } = file[variant];
    try {
      const objects = await buildKustomization(resolve(folder, manifests));
      for (const { field, message } of missingInManifests(file, objects))
        complain(field, `${message} in the manifests of ${variant} (${manifests})`);
    } catch (error) {
      complain([variant, 'manifests'], (error as Error).message);
    }
  }
  return problems.sort((a, b) => a.line - b.line || a.column - b.column);
}
