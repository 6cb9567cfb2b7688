import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const HOST = '127.211.3.4';
const entry = join(process.cwd(), 'dist/cluster/images/postgres/main.js');
const started = new Set<ChildProcess>();
const folders: string[] = [];

afterAll(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Mounts as the kubelet gives them; under a folder that only this user can enter, as a lab's state is. */
function volumes(script: string, file = 'databases.sql'): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-test-'));
  folders.push(folder);
  const [data, init] = [join(folder, 'data'), join(folder, 'init')];
  mkdirSync(data);
  mkdirSync(init);
  writeFileSync(join(init, file), script);
  return { '/var/lib/postgresql/data': data, '/docker-entrypoint-initdb.d': init };
}

function start(env: Record<string, string>): { child: ChildProcess; log: () => string } {
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, SHOPLAB_POD_IP: HOST, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (log += chunk));
  return { child, log: () => log };
}

async function query(child: ChildProcess, options: pg.ClientConfig, sql: string): Promise<unknown[]> {
  for (;;) {
    const client = new pg.Client({ host: HOST, port: 5432, ...options });
    try {
      await client.connect();
      return (await client.query(sql)).rows;
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (child.exitCode !== null || (code !== 'ECONNREFUSED' && code !== '57P03')) throw error;
      await pause(20);
    } finally {
      await client.end();
    }
  }
}

describe('the postgres image', () => {
  it('makes user, database and init scripts, keeps data over a restart, and ends with 0 on SIGTERM', async () => {
    const mounts = volumes(`CREATE ROLE "order" LOGIN PASSWORD 'order';\nCREATE DATABASE "order" OWNER "order";`);
    const env = {
      POSTGRES_PASSWORD: "it's",
      POSTGRES_DB: 'shop',
      PGDATA: '/var/lib/postgresql/data/pgdata',
      SHOPLAB_MOUNTS: JSON.stringify(mounts),
    };
    const first = start(env);
    const asOrder = { user: 'order', password: 'order', database: 'order' };
    expect(await query(first.child, asOrder, 'SELECT current_database() AS name')).toEqual([{ name: 'order' }]);
    await query(first.child, asOrder, 'CREATE TABLE kept AS SELECT 7 AS n');
    const asSuperuser = { user: 'postgres', password: "it's", database: 'shop' };
    expect(await query(first.child, asSuperuser, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([
      { rolsuper: true },
    ]);
    await expect(query(first.child, { ...asSuperuser, password: 'wrong' }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    first.child.kill('SIGTERM');
    expect(await once(first.child, 'exit')).toEqual([0, null]);

    const second = start(env);
    expect(await query(second.child, asOrder, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    second.child.kill('SIGTERM');
    expect(await once(second.child, 'exit')).toEqual([0, null]);
  });

  it('leaves no folder behind where no volume is mounted', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'postgres-test-'));
    folders.push(temporary);
    const { child } = start({ POSTGRES_PASSWORD: 'x', TMPDIR: temporary });
    await query(child, { user: 'postgres', password: 'x', database: 'postgres' }, 'SELECT 1');
    expect(readdirSync(temporary)).toHaveLength(1);
    if (process.platform === 'linux') {
      const [folder = ''] = readdirSync(temporary);
      const [pid] = readFileSync(join(temporary, folder, 'data/postmaster.pid'), 'utf8').split('\n');
      const mapped = readFileSync(`/proc/${pid}/maps`, 'utf8');
      expect(mapped).toContain('pg_dynshmem');
      expect(mapped).not.toContain('/dev/shm/');
    }
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    ['no password', {}, 'superuser password is not specified'],
    ['a shell script', { POSTGRES_PASSWORD: 'x', script: 'databases.sh' }, 'databases.sh: only .sql'],
    ['a script that fails', { POSTGRES_PASSWORD: 'x', script: 'broken.sql' }, 'broken.sql: syntax error'],
  ])('says why it ends with 1: %s', async (_title, { script, ...env }: Record<string, string>, message) => {
    const mounts = volumes('NONSENSE', script);
    const { child, log } = start({ ...env, PGDATA: '/var/lib/postgresql/data', SHOPLAB_MOUNTS: JSON.stringify(mounts) });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(log()).toContain(message);
    expect(existsSync(join(mounts['/var/lib/postgresql/data']!, 'postmaster.pid'))).toBe(false);
  });
});
