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
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    // A Pod that hangs in a transaction must not keep the relay's lock from the others for ever.
    idle_in_transaction_session_timeout: 20_000,
  });
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection was lost'));
  // One that breaks while it is lent: whoever has it sees its next query reject. Without a listener the process would end.
  pool.on('connect', (client) => client.on('error', (error) => log.debug({ err: error }, 'a database connection broke')));
  return pool;
}

/** Runs the migrations once the database answers; tries until then, or until the signal aborts. `waiting` is told why it still waits. */
export async function migrateWhenUp(
  pool: Pool,
  folder: string,
  log: Log,
  signal: AbortSignal,
  waiting: (why: string) => void,
): Promise<void> {
  for (let said = ''; ; await pause(retryMs, undefined, { signal })) {
    try {
      return await migrate(pool, folder, log);
    } catch (error) {
      if (!isAbsence(error)) throw error;
      const why = reasonOf(error);
      waiting(why);
      if (why !== said) log.info({ why }, 'waiting for the database');
      said = why;
    }
  }
}

const network = 'ECONNREFUSED ECONNRESET ENOTFOUND EAI_AGAIN ETIMEDOUT EPIPE EHOSTUNREACH ENETUNREACH'.split(' ');
/** PostgreSQL's: shutting down, crashed, starting; class 08 connections; 53300 too many of them; no such database or role yet; idle too long. */
const states = /^(57P0[1-4]|08...|53300|3D000|28P01|28000|25P03)$/;
/** pg's own errors have no code. */
const ownWords = /timeout exceeded|terminated|connection error and is not queryable|Connection ended/i;

/** Whether a later try may succeed: the server is away or starting, or its databases are being made. */
export function isAbsence(error: unknown): boolean {
  const { code = '', message } = error as { code?: string; message: string };
  return network.includes(code) || states.test(code) || ownWords.test(message);
}

/** Whether the data itself cannot be stored, now or later: SQLSTATE classes 22, data exception, and 23, integrity. */
export const isUnstorable = (error: unknown): error is Error => /^2[23]...$/.test((error as { code?: string }).code ?? '');

/** Connecting to a name with several addresses fails with an error that has no message of its own. */
const reasonOf = (error: unknown): string => (error as Error).message || String((error as { code?: string }).code);

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
