import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { type Program, startProgram } from './program.ts';
import { until } from './until.ts';

/** For tests: a real PostgreSQL, gone after `stop`. */
export class Postgres {
  private readonly port: number;
  private readonly folder = mkdtempSync(join(tmpdir(), 'shop-postgres-'));
  private program: Program;
  private databases = 0;

  private constructor(port: number) {
    this.port = port;
    this.program = this.launch();
  }

  static async start(): Promise<Postgres> {
    const postgres = new Postgres(await freePort());
    await postgres.query('postgres', 'SELECT 1');
    return postgres;
  }

  private launch(): Program {
    return startProgram('cluster/images/postgres/main.js', {
      POSTGRES_PASSWORD: 'shop',
      SHOPLAB_POD_IP: '127.0.0.1',
      PGPORT: String(this.port),
      PGDATA: '/data/pg',
      SHOPLAB_MOUNTS: JSON.stringify({ '/data': this.folder }),
    });
  }

  url(database: string): string {
    return `postgres://postgres:shop@127.0.0.1:${this.port}/${database}`;
  }

  /** Asks as soon as the server answers. */
  query<R extends pg.QueryResultRow>(database: string, sql: string, values: unknown[] = []): Promise<R[]> {
    return until(`PostgreSQL (${sql})`, async () => {
      const client = new pg.Client({ connectionString: this.url(database) });
      client.on('error', () => undefined); // its query rejects as well
      try {
        await client.connect();
        return (await client.query<R>(sql, values)).rows;
      } finally {
        await client.end();
      }
    });
  }

  async newDatabase(): Promise<string> {
    this.databases += 1;
    const name = `shop_${this.databases}`;
    await this.query('postgres', `CREATE DATABASE ${name}`);
    return name;
  }

  /** All connections break, and for a while there is nothing to connect to. */
  async restart(): Promise<void> {
    await this.program.end();
    this.program = this.launch();
    await this.query('postgres', 'SELECT 1');
  }

  async stop(): Promise<void> {
    await this.program.end();
    rmSync(this.folder, { recursive: true });
  }
}
