import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Binaries, exists, publish } from './binaries.ts';
import type { Superuser } from './data-folder.ts';
import { run } from './run.ts';

const keep = 6;
/** Not by PATH: a lab may have none that leads anywhere. Absent where there is no such program: then nothing is kept. */
const copyProgram = process.platform === 'linux' ? ['/bin/cp', '/usr/bin/cp'].find((path) => existsSync(path)) : undefined;
const prefix = 'prepared-';

/**
 * Data folders as they are after the first start, by what went into them: user, password, database and init scripts. A later lab with the same
 * copies one in a fraction of a second, where initdb's template and the scripts take some. Linux only (cp -a keeps owners).
 */
export class PreparedFolders {
  private readonly binaries: Binaries;
  constructor(binaries: Binaries) {
    this.binaries = binaries;
  }

  /** Fills the folder, which must be absent or empty, from an equal one; false where there is none. */
  async restore(folder: string, key: string): Promise<boolean> {
    const prepared = this.path(key);
    if (!copyProgram || !(await exists(prepared))) return false;
    await rm(folder, { recursive: true, force: true });
    await run(copyProgram, ['-a', '--reflink=auto', prepared, folder], {});
    return true;
  }

  /** Keeps a copy of a folder whose server is stopped, and of all no more than the last few. */
  async save(folder: string, key: string): Promise<void> {
    if (!copyProgram) return;
    await publish(this.binaries.folder, this.path(key), async (temporary) => {
      await rm(temporary, { recursive: true });
      await run(copyProgram, ['-a', '--reflink=auto', folder, temporary], {});
    });
    const names = (await readdir(this.binaries.folder)).filter((name) => name.startsWith(prefix));
    const byAge = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(this.binaries.folder, name))).ctimeMs })));
    for (const { name } of byAge.sort((a, b) => b.at - a.at).slice(keep)) {
      await rm(join(this.binaries.folder, name), { recursive: true, force: true });
    }
  }

  private path(key: string): string {
    return join(this.binaries.folder, `${prefix}${key}`);
  }
}

/** What a data folder is made of, as a short name. `scripts`: the folder of init scripts, if there is one. */
export async function preparedKey(superuser: Superuser, scripts: string | undefined): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(superuser));
  for (const file of scripts ? (await readdir(scripts)).filter((name) => !name.startsWith('.')).sort() : []) {
    hash.update(`\0${file}\0`).update(await readFile(join(scripts as string, file)));
  }
  return hash.digest('hex').slice(0, 24);
}
