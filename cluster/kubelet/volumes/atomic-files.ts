import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface VolumeFile {
  content: Buffer;
  mode: number;
}

/**
 * Makes a folder hold exactly these files, so that a reader sees all of the old or all of the new: they are written to a folder of their own,
 * `..data` is turned to it in one step, and each name is a link through `..data` (pkg/volume/util/atomic_writer.go).
 */
export function writeAtomically(folder: string, files: Map<string, VolumeFile>): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const fresh = mkdtempSync(join(folder, '..'.concat(new Date().toISOString().replaceAll(/[:.]/g, '_'), '.')));
  // Any user of the Pod's containers may read there; the files' modes say more.
  chmodSync(fresh, 0o755);
  for (const [name, { content, mode }] of files) {
    mkdirSync(dirname(join(fresh, name)), { recursive: true, mode: 0o755 });
    writeFileSync(join(fresh, name), content, { mode });
  }
  const current = join(folder, '..data');
  const former = existsSync(current) ? readlinkSync(current) : undefined;
  symlinkSync(fresh.slice(folder.length + 1), `${current}_tmp`);
  renameSync(`${current}_tmp`, current);
  const names = new Set([...files.keys()].map((name) => name.split('/')[0] ?? name));
  for (const name of readdirSync(folder)) if (!name.startsWith('..') && !names.has(name)) rmSync(join(folder, name), { recursive: true });
  for (const name of names) if (!existsSync(join(folder, name))) symlinkSync(join('..data', name), join(folder, name));
  if (former) rmSync(join(folder, former), { recursive: true, force: true });
}
