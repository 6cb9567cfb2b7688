import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { filesBelow, fitsGlob } from './file-globs.ts';

export interface FileSelection {
  files: string[];
  'base-directory'?: string | undefined;
  'discard-paths'?: boolean | undefined;
  'exclude-paths'?: string[] | undefined;
}

/** A file that was chosen, and the path that it gets. */
export interface ChosenFile {
  from: string;
  to: string;
}

/**
 * What a selection takes (AWS: buildspec reference, artifacts): locations count from the base directory or the source folder; a folder that
 * is named takes all that is in it; folders that the base directory's pattern fits are not part of the path. `skip`: an absolute folder that
 * is never looked into, where what was collected before lies.
 */
export function chooseFiles(source: string, selection: FileSelection, skip: string): ChosenFile[] {
  const { files, 'base-directory': base, 'discard-paths': flat = false, 'exclude-paths': excluded = [] } = selection;
  const chosen = new Map<string, ChosenFile>();
  for (const folder of baseFolders(source, base)) {
    for (const location of files) {
      for (const path of pathsOf(folder, location, skip)) {
        if (excluded.some((glob) => fitsGlob(path, glob))) continue;
        const to = flat || path.startsWith('..') || isAbsolute(path) ? basename(path) : path;
        chosen.set(to, { from: resolve(folder, path), to });
      }
    }
  }
  return [...chosen.values()].sort((a, b) => (a.to < b.to ? -1 : 1));
}

/** Copies what was chosen. `keepLinks`: symbolic links stay links. */
export function copyFiles(chosen: ChosenFile[], target: string, keepLinks = false): void {
  for (const { from, to } of chosen) {
    mkdirSync(dirname(join(target, to)), { recursive: true });
    cpSync(from, join(target, to), { dereference: !keepLinks, recursive: true, verbatimSymlinks: keepLinks });
  }
}

function baseFolders(source: string, base: string | undefined): string[] {
  if (base === undefined) return [source];
  if (!/[*?]/.test(base)) return existsSync(resolve(source, base)) ? [resolve(source, base)] : [];
  return readdirSync(source, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && fitsGlob(entry.name, base))
    .map(({ name }) => join(source, name));
}

function pathsOf(folder: string, location: string, skip: string): string[] {
  const skipped = (path: string): boolean => resolve(folder, path) === skip;
  if (!/[*?]/.test(location)) {
    const path = resolve(folder, location);
    if (!existsSync(path)) return [];
    const plain = relative(folder, path);
    return statSync(path).isDirectory()
      ? filesBelow(path, (inner) => resolve(path, inner) === skip).map((file) => join(plain, file))
      : [plain];
  }
  // What comes before the first star names where to look.
  const fixed = location.replace(/[^/]*[*?].*$/, '');
  const root = resolve(folder, fixed);
  if (!existsSync(root) || !statSync(root).isDirectory()) return [];
  const glob = location.slice(fixed.length);
  const prefix = relative(folder, root);
  return filesBelow(root, (path) => skipped(join(prefix, path)))
    .filter((path) => fitsGlob(path, glob))
    .map((path) => join(prefix, path));
}
