import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '../../cluster/kustomize/manifest-text.ts';
import { UsageError } from '../errors/usage-error.ts';
import type { FoundExercise } from './exercises.ts';

export interface Answers {
  /** The text of each file, by its name. */
  files: Record<string, string>;
  /** What they declare, by `Kind/name`; of another YAML file its content, by the file's name. */
  objects: Record<string, unknown>;
}

interface Named {
  kind?: string;
  metadata?: { name?: string; namespace?: string };
}

/** An answer is a small file; more is a mistake, or no answer. */
const mostBytes = 64 * 1024;

/**
 * The files that the learner mends, of a folder. Throws a UsageError where one is missing or declares other objects than it
 * has to, a KustomizeError where it is no YAML: what is graded is what was asked for, beside a shop that is ours.
 */
export function readAnswers({ answers }: Pick<FoundExercise, 'answers'>, folder: string): Answers {
  const all: Answers = { files: {}, objects: {} };
  for (const { file, objects } of answers) {
    const path = join(folder, file);
    const text = readText(path);
    all.files[file] = text;
    if (objects) Object.assign(all.objects, declared(path, text, objects));
    else if (/\.ya?ml$/.test(file)) all.objects[file] = parseYaml(text, path)[0];
  }
  return all;
}

function readText(path: string): string {
  if (!existsSync(path))
    throw new UsageError(`there is no ${path}`, { hint: 'it is what is graded; `shoplab exercise reset` brings it back' });
  if (statSync(path).size > mostBytes) throw new UsageError(`${path} is larger than ${mostBytes / 1024} KiB`);
  return readFileSync(path, 'utf8');
}

function declared(path: string, text: string, objects: string[]): Record<string, unknown> {
  const found = parseYaml(text, path) as Named[];
  const names = found.map(({ kind = '?', metadata }) => `${kind}/${metadata?.name ?? '?'}`);
  if ([...names].sort().join() !== [...objects].sort().join())
    throw new UsageError(`${path} has to declare ${objects.join(', ')} and nothing else; it declares ${names.join(', ') || 'nothing'}`);
  if (found.some(({ metadata }) => metadata?.namespace !== undefined))
    throw new UsageError(`${path} names a namespace: leave it out, each run has one of its own`);
  return Object.fromEntries(names.map((name, at) => [name, found[at]]));
}
