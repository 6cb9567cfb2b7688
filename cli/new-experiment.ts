import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from './errors/usage-error.ts';

const template = fileURLToPath(new URL('templates/experiment', import.meta.url));

/** Writes the template of an experiment into a folder, and answers its files. Throws a UsageError, with nothing written, where one is there already. */
export function newExperiment(folder: string): { folder: string; files: string[] } {
  const path = resolve(folder);
  const name = basename(path);
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
    throw new UsageError(`'${name}' is no name for an experiment`, { hint: 'name the folder with small letters, digits and hyphens' });
  const files = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(template, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
  const there = files.filter((file) => existsSync(join(path, file)));
  if (there.length > 0)
    throw new UsageError(`${path} has ${there.join(', ')} already`, { hint: 'choose another folder; nothing was written' });
  try {
    for (const file of files) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), readFileSync(join(template, file), 'utf8').replace(/^name: my-experiment$/m, `name: ${name}`), {
        flag: 'wx',
      });
    }
  } catch (cause) {
    throw new UsageError(`${path} cannot be written: ${(cause as Error).message}`, { cause, hint: 'choose another folder' });
  }
  return { folder: path, files: files.map((file) => join(folder, file)) };
}
