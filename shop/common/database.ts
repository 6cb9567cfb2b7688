import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool, type PoolClient } from 'pg';
import type { Log } from './log.ts';

/** One lock for all migrations of a database; any number will do, as long as every Pod takes the same. */
const migrationLock = 7_305_001;
const retryMs = 200;

/** A pool for the URL. A connection that breaks while idle is logged; the next query gets another. */
export function makePool(url: string, log: Log): Pool {
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5000, keepAlive: true });
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection was lost'));
  return pool;
}

/** Runs the migrations once the database answers; tries until then, or until the signal aborts. */
export async function migrateWhenUp(pool: Pool, folder: string, log: Log, signal: AbortSignal): Promise<void> {
  for (let said = ''; ; await pause(retryMs, undefined, { signal })) {
    try {
      return await migrate(pool, folder, log);
    } catch (error) {
      if (!isAbsence(error)) throw error;
      const why = (error as Error).message;
      if (why !== said) log.info({ why }, 'waiting for the database');
      said = why;
    }
  }
}

/** Whether a later try may succeed: the server is away or starting, or its databases are being made. */
function isAbsence(error: unknown): boolean {
  const { code = '', message } = error as { code?: string; message: string };
  const away = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', '57P01', '57P03', '3D000', '28P01', '28000'];
  return away.includes(code) || /timeout|terminated/i.test(message);
}

async function migrate(pool: Pool, folder: string, log: Log): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await client.query('CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())');
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations');
    const done = new Set(rows.map(({ name }) => name));
    for (const name of files.filter((file) => !done.has(file))) {
      const sql = await readFile(join(folder, name), 'utf8');
      await client.query('BEGIN');
      await client.query(sql);
      await client.query('INSERT INTO migrations (name) VALUES ($1)', [name]);
      await client.query('COMMIT');
      log.info({ migration: name }, 'migrated');
    }
    await client.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
    client.release();
  } catch (error) {
    client.release(true); // the lock goes with its connection
    throw error;
  }
}

/** Runs `work` in one transaction: committed where it resolves, rolled back where it rejects. */
export async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollback: Error) => {
      broken = rollback;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
