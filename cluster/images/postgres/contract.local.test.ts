import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { postgresContract, type ServerUnderTest } from './contract.ts';

const host = '127.211.3.5';
const port = 5432;

async function start(): Promise<ServerUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-contract-'));
  const env = {
    ...process.env,
    SHOPLAB_POD_IP: host,
    POSTGRES_PASSWORD: 'secret',
    PGDATA: '/var/lib/postgresql/data/pgdata',
    SHOPLAB_MOUNTS: JSON.stringify({ '/var/lib/postgresql/data': folder }),
  };
  const launch = async () => {
    // A group of its own, so that a kill takes the server with its wrapper, as the end of a container does.
    const child = spawn(process.execPath, [join(process.cwd(), 'dist/cluster/images/postgres/main.js')], {
      env,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (;;) {
      const client = new pg.Client({ host, port, user: 'postgres', password: 'secret' });
      try {
        await client.connect();
        return child;
      } catch (error) {
        const code = (error as { code?: string }).code;
        if (child.exitCode !== null || (code !== 'ECONNREFUSED' && code !== '57P03')) throw error;
        await pause(20);
      } finally {
        await client.end();
      }
    }
  };
  let child = await launch();
  const ended = async (signal: NodeJS.Signals, group: boolean): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    process.kill(group ? -(child.pid ?? 0) : (child.pid ?? 0), signal);
    await exited;
  };
  return {
    host,
    port,
    kill: () => ended('SIGKILL', true),
    restart: async () => {
      child = await launch();
    },
    stop: async () => {
      await ended('SIGTERM', false);
      rmSync(folder, { recursive: true });
    },
  };
}

postgresContract('the embedded binaries', start);
