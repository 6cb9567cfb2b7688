import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a path (with /) fits a location of a buildspec: `*` stays within a name, `**` goes across folders, `**` with a / behind it also across none. */
export function fitsGlob(path: string, glob: string): boolean {
  const source = glob
    .replace(/^\.\//, '')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[part] ?? part.replace(/[.+^${}()|[\]\\]/g, '\\$&'))
    .join('');
  return new RegExp(`^${source}$`, 's').test(path);
}

/** Files below a folder, as paths from it with /, in order. Links to folders are files: they are not followed. */
export function filesBelow(folder: string, skip: (path: string) => boolean, at = ''): string[] {
  const entries = readdirSync(join(folder, at), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = at === '' ? entry.name : `${at}/${entry.name}`;
    if (skip(path)) return [];
    return entry.isDirectory() ? filesBelow(folder, skip, path) : [path];
  });
}
