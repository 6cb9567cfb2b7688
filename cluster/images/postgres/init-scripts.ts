import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Binaries } from './binaries.ts';
import type { Superuser } from './data-folder.ts';
import { ended, startServer } from './server.ts';

/**
 * Runs the .sql files of /docker-entrypoint-initdb.d by name, each one against POSTGRES_DB, on a server at a port of its own: readiness
 * probes of the real port do not pass before the scripts are through. Throws on the first that fails, and on shell scripts (no psql here).
 */
export async function runInitScripts(binaries: Binaries, data: string, scripts: string, host: string, superuser: Superuser): Promise<void> {
  const files = (await readdir(scripts)).filter((file) => !file.startsWith('.')).sort();
  for (const file of files)
    if (/\.(sh|gz|xz|zst)$/.test(file))
      throw new Error(`${file}: only .sql init scripts run on the local platform (no psql or shell tools here)`);
  const sql = files.filter((file) => file.endsWith('.sql'));
  if (sql.length === 0) return;
  const port = await freePort(host);
  const server = startServer(binaries, data, host, port);
  const exit = ended(server);
  try {
    const client = await connect({ host, port, ...superuser }, () => server.exitCode !== null);
    try {
      for (const file of sql) await runFile(client, join(scripts, file));
    } finally {
      await client.end();
    }
  } finally {
    server.kill('SIGINT');
    await exit;
  }
}

async function runFile(client: pg.Client, path: string): Promise<void> {
  // One statement a query, as psql sends them: CREATE DATABASE refuses to be one of several.
  for (const statement of statements(await readFile(path, 'utf8'))) {
    await client.query(statement).catch((cause: unknown) => {
      throw new Error(`${path}: ${(cause as Error).message}\nin: ${statement}`, { cause });
    });
  }
}

/** Splits SQL at semicolons outside of quotes, dollar quotes and comments. */
export function statements(sql: string): string[] {
  const found: string[] = [];
  let current = '';
  // A quoted or commented stretch is one token; so is a semicolon; all else goes character by character.
  const tokens = sql.matchAll(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|;|[\s\S]/g);
  for (const [token] of tokens) {
    if (token.startsWith('--') || token.startsWith('/*')) current += ' ';
    else if (token !== ';') current += token;
    else {
      found.push(current.trim());
      current = '';
    }
  }
  return [...found, current.trim()].filter(Boolean);
}

async function connect(options: pg.ClientConfig, isGone: () => boolean): Promise<pg.Client> {
  for (;;) {
    const client = new pg.Client(options);
    try {
      await client.connect();
      return client;
    } catch (error) {
      const code = (error as { code?: string }).code;
      // 57P03: the server is starting up. PostgreSQL tells nobody when it is ready but who asks.
      if (isGone() || (code !== 'ECONNREFUSED' && code !== '57P03')) throw error;
      await pause(20);
    }
  }
}

const freePort = (host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port'))));
    });
  });
