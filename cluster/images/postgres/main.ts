import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Binaries, exists, usableBinaries } from './binaries.ts';
import { prepareDataFolder, type Superuser } from './data-folder.ts';
import { runInitScripts } from './init-scripts.ts';
import { hostPath } from './mounts.ts';
import { PreparedFolders, preparedKey } from './prepared-folder.ts';
import { ended, startServer } from './server.ts';
import { removeStaleLock } from './stale-lock.ts';

/** What `postgres:18` runs as on the local platform; the variables are those of the image. */
async function main(env: NodeJS.ProcessEnv): Promise<number> {
  const host = env.SHOPLAB_POD_IP || '127.0.0.1';
  const user = env.POSTGRES_USER || 'postgres';
  const superuser: Superuser = {
    user,
    password: env.POSTGRES_PASSWORD ?? '',
    database: env.POSTGRES_DB || user,
    method: env.POSTGRES_HOST_AUTH_METHOD || 'scram-sha-256',
  };
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());

  const binaries = await usableBinaries();
  const mounted = hostPath(env.PGDATA || '/var/lib/postgresql/18/docker', env.SHOPLAB_MOUNTS);
  const temporary = mounted ? undefined : await mkdtemp(join(tmpdir(), 'shoplab-postgres-'));
  const data = mounted ?? join(temporary!, 'data');
  try {
    if (!superuser.password && superuser.method !== 'trust' && !(await exists(join(data, 'PG_VERSION')))) {
      process.stderr.write('Error: Database is uninitialized and superuser password is not specified. Set POSTGRES_PASSWORD.\n');
      return 1;
    }
    await fill(binaries, data, env, superuser, host);
    if (stop.signal.aborted) return 0;
    await removeStaleLock(data);
    const server = startServer(binaries, data, host, Number(env.PGPORT) || 5432);
    // Fast shutdown: the image's STOPSIGNAL is SIGINT too; SIGTERM would wait for clients to leave.
    stop.signal.addEventListener('abort', () => server.kill('SIGINT'));
    return await ended(server);
  } finally {
    if (temporary) await rm(temporary, { recursive: true, force: true });
  }
}

/** Makes an empty data folder what the variables and the init scripts say; one that is filled is left alone. */
async function fill(binaries: Binaries, data: string, env: NodeJS.ProcessEnv, superuser: Superuser, host: string): Promise<void> {
  if (await exists(join(data, 'PG_VERSION'))) return;
  const mounted = hostPath('/docker-entrypoint-initdb.d', env.SHOPLAB_MOUNTS);
  const scripts = mounted && (await exists(mounted)) ? mounted : undefined;
  const prepared = new PreparedFolders(binaries);
  const key = await preparedKey(superuser, scripts);
  if (await prepared.restore(data, key)) return;
  await prepareDataFolder(binaries, data, superuser);
  if (scripts) await runInitScripts(binaries, data, scripts, host, superuser);
  await prepared.save(data, key);
}

try {
  process.exitCode = await main(process.env);
} catch (error) {
  process.stderr.write(`postgres: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
