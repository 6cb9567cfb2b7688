import { readdir } from 'node:fs/promises';
import type { Experiment } from '../engine/experiment.ts';

/** All experiments, by name: each file of this folder that exports one as `experiment` adds one. */
export async function listExperiments(): Promise<Experiment[]> {
  const folder = new URL('.', import.meta.url);
  const files = (await readdir(folder)).filter((name) => /^[a-z-]+\.(js|ts)$/.test(name) && !name.startsWith('catalog.'));
  const modules = await Promise.all(files.map((name) => import(new URL(name, folder).href) as Promise<{ experiment?: Experiment }>));
  return modules.flatMap(({ experiment }) => experiment ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}
