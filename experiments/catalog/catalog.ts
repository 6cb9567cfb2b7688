import { readdirSync } from 'node:fs';
import type { Experiment } from '../engine/experiment.ts';

const folder = new URL('.', import.meta.url);
/** Everything in this folder is an experiment, but for tests, declarations and this file itself. */
const isExperiment = (file: string): boolean => /^[a-z0-9-]+\.(ts|js)$/.test(file) && !/^catalog\./.test(file);

/** Names of all experiments, without reading them: for suggestions and completion. */
export const experimentNames = (): string[] =>
  readdirSync(folder)
    .filter(isExperiment)
    .map((file) => file.replace(/\.(ts|js)$/, ''))
    .sort();

/** The experiment of that name; undefined where there is none: `experimentNames` has those there are. */
export async function findExperiment(name: string): Promise<Experiment | undefined> {
  if (!experimentNames().includes(name)) return undefined;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const module = (await import(new URL(`${name}.${extension}`, folder).href)) as { experiment?: Experiment };
  if (module.experiment?.name !== name)
    throw new Error(`experiments/catalog/${name}.${extension} does not export an experiment of that name`);
  return module.experiment;
}

/** All experiments, by name. */
export async function listExperiments(): Promise<Experiment[]> {
  const found: Experiment[] = [];
  // One after the other: they share most of what they import.
  for (const name of experimentNames()) found.push(...[(await findExperiment(name)) ?? []].flat());
  return found;
}
