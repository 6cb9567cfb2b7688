import { chmod, chown, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Binaries, exists, publish } from './binaries.ts';
import { databaseIdentity, withName } from './identity.ts';
import { run } from './run.ts';

/** What an empty data folder is made with, as the image's variables say. */
export interface Superuser {
  user: string;
  password: string;
  database: string;
  /** POSTGRES_HOST_AUTH_METHOD: scram-sha-256, md5, trust. */
  method: string;
}

/**
 * Settings of a lab's server: its data need not outlive the machine, so nothing is flushed to the disk. But it outlives the server: with
 * synchronous_commit off a SIGKILL would lose transactions that were acknowledged, which the real image never does.
 * Memory that its processes share comes from files in the data folder: those of /dev/shm would outlive a SIGKILL.
 */
export const LAB_SETTINGS = ['fsync=off', 'full_page_writes=off', 'unix_socket_directories=', 'dynamic_shared_memory_type=mmap'].flatMap(
  (setting) => ['-c', setting],
);

/**
 * How the server names its data folder when spawned with it as working directory. On Linux this needs no permission on the folders above,
 * which a lab of root's does not give to nobody (/root is 0700).
 */
export const dataArgument = (folder: string): string => (process.platform === 'linux' ? '/proc/self/cwd' : folder);

/** Makes the data folder where it is empty; answers whether it did. A copy of a template, since initdb takes seconds. */
export async function prepareDataFolder(binaries: Binaries, folder: string, superuser: Superuser): Promise<boolean> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (await exists(join(folder, 'PG_VERSION'))) return false;
  await cp(await template(binaries, superuser.user), folder, { recursive: true });
  await writeFile(join(folder, 'pg_hba.conf'), `local all all trust\nhost all all all ${superuser.method}\n`);
  await give(folder);
  await single(binaries, folder, superuser);
  return true;
}

async function template(binaries: Binaries, user: string): Promise<string> {
  const path = join(binaries.folder, `template-${Buffer.from(user).toString('hex')}`);
  if (await exists(path)) return path;
  await publish(binaries.folder, path, async (temporary) => {
    await give(temporary);
    const args = ['-D', temporary, '-U', user, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
    await run(...withName(binaries.initdb, args), { ...databaseIdentity(), cwd: temporary });
  });
  return path;
}

/** Password and database are set by a server without a network, so that no moment is open to others. */
async function single(binaries: Binaries, folder: string, { user, password, database }: Superuser): Promise<void> {
  const statements = [
    password && `ALTER ROLE ${identifier(user)} PASSWORD ${literal(password)}`,
    database !== 'postgres' && `CREATE DATABASE ${identifier(database)}`,
  ].filter(Boolean);
  const args = ['--single', '-j', '-D', dataArgument(folder), ...LAB_SETTINGS, '-c', 'exit_on_error=on', 'postgres'];
  const input = statements.map((statement) => `${statement};\n\n`).join('');
  await run(...withName(binaries.postgres, args), { ...databaseIdentity(), cwd: folder }, input);
}

async function give(folder: string): Promise<void> {
  await chmod(folder, 0o700); // the server refuses a folder that others may read
  const { uid, gid } = databaseIdentity();
  if (uid === undefined || gid === undefined) return;
  await chown(folder, uid, gid);
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, gid);
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
