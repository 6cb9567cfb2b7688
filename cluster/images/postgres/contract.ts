import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import pg from 'pg';

/** A server under test, as a process or container that can really be killed; superuser postgres, password `secret`. */
export interface ServerUnderTest {
  readonly host: string;
  readonly port: number;
  /** SIGKILL; answers when it is gone. */
  kill(): Promise<void>;
  /** Starts it anew on the same address with the same data; answers when it serves. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What the shop needs of PostgreSQL and how each call fails: the same statements for the embedded binaries and the real image. */
export function postgresContract(name: string, start: () => Promise<ServerUnderTest>): void {
  describe(`PostgreSQL as the shop uses it: ${name}`, () => {
    let server: ServerUnderTest;
    const open: { end(): Promise<void> }[] = [];
    const settings = (): pg.ClientConfig => ({
      host: server.host,
      port: server.port,
      user: 'postgres',
      password: 'secret',
      database: 'postgres',
    });
    const connect = async (options: pg.ClientConfig = {}): Promise<pg.Client> => {
      const client = new pg.Client({ ...settings(), ...options });
      // A connection that the server ends is reported here and by the query that was on it.
      client.on('error', () => undefined);
      await client.connect();
      open.push(client);
      return client;
    };
    const pool = (): pg.Pool => {
      const made = new pg.Pool({ ...settings(), max: 5 });
      made.on('error', () => undefined);
      open.push(made);
      return made;
    };

    beforeAll(async () => {
      server = await start();
    }, 120_000);
    afterEach(async () => {
      for (const one of open.splice(0).reverse()) await one.end();
    });
    afterAll(async () => {
      await server?.stop();
    }, 60_000);

    it('is version 18', async () => {
      const client = await connect();
      expect((await client.query('SHOW server_version')).rows[0].server_version).toMatch(/^18\./);
    });

    it('keeps a transaction whole: committed with both rows, rolled back with none', async () => {
      const client = await connect();
      await client.query('CREATE TABLE whole (id int PRIMARY KEY); CREATE TABLE whole_outbox (id int)');
      await client.query('BEGIN');
      await client.query('INSERT INTO whole VALUES (1)');
      await client.query('INSERT INTO whole_outbox VALUES (1)');
      await client.query('COMMIT');
      await client.query('BEGIN');
      await client.query('INSERT INTO whole_outbox VALUES (2)');
      await expect(client.query('INSERT INTO whole VALUES (1)')).rejects.toMatchObject({ code: '23505' });
      await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
      await client.query('ROLLBACK');
      expect((await client.query('SELECT id FROM whole_outbox')).rows).toEqual([{ id: 1 }]);
    });

    it('lets one of two hold an advisory lock', async () => {
      const [first, second] = [await connect(), await connect()];
      const take = async (client: pg.Client) => (await client.query('SELECT pg_try_advisory_lock(7) AS taken')).rows[0].taken;
      expect(await take(first)).toBe(true);
      expect(await take(second)).toBe(false);
      await first.query('SELECT pg_advisory_unlock(7)');
      expect(await take(second)).toBe(true);
    });

    it('gives rows that another has locked to nobody else (FOR UPDATE SKIP LOCKED)', async () => {
      const [first, second] = [await connect(), await connect()];
      await first.query('CREATE TABLE queue AS SELECT generate_series(1, 4) AS id');
      const take = async (client: pg.Client): Promise<number[]> => {
        await client.query('BEGIN');
        const { rows } = await client.query('SELECT id FROM queue ORDER BY id LIMIT 2 FOR UPDATE SKIP LOCKED');
        return rows.map((row) => row.id);
      };
      expect(await take(first)).toEqual([1, 2]);
      expect(await take(second)).toEqual([3, 4]);
    });

    it('tells listeners of what was committed (LISTEN, NOTIFY)', async () => {
      const [listener, sender] = [await connect(), await connect()];
      await listener.query('LISTEN outbox');
      const heard = once(listener, 'notification');
      await sender.query("BEGIN; NOTIFY outbox, 'rolled back'; ROLLBACK");
      await sender.query("NOTIFY outbox, 'committed'");
      expect((await heard)[0].payload).toBe('committed');
    });

    it.each([
      ['a wrong password', { password: 'wrong' }, '28P01'],
      ['an unknown database', { database: 'nowhere' }, '3D000'],
    ])('refuses %s', async (_title, options, code) => {
      await expect(connect(options)).rejects.toMatchObject({ code });
    });

    it('cancels a statement that runs too long', async () => {
      const client = await connect({ statement_timeout: 100 });
      await expect(client.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
      expect((await client.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    });

    it('makes the query of a cut connection fail, and the pool goes on with another', async () => {
      const sockets = new Set<Socket>();
      const cutter = createServer((near) => {
        const far = createConnection(server.port, server.host);
        for (const socket of [near, far]) {
          sockets.add(socket);
          socket.on('error', () => socket.destroy());
          socket.on('close', () => sockets.delete(socket));
        }
        near.pipe(far).pipe(near);
      });
      await new Promise<void>((resolve) => cutter.listen(0, '127.0.0.1', resolve));
      const through = new pg.Pool({ ...settings(), host: '127.0.0.1', port: (cutter.address() as { port: number }).port, max: 1 });
      through.on('error', () => undefined);
      try {
        await through.query('SELECT 1');
        const cut = expect(through.query('SELECT pg_sleep(60)')).rejects.toThrow(/terminated|ECONNRESET/);
        for (const socket of sockets) socket.resetAndDestroy();
        await cut;
        expect((await through.query('SELECT 2 AS n')).rows).toEqual([{ n: 2 }]);
      } finally {
        await through.end();
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => cutter.close(resolve));
      }
    });

    it('loses nothing that was committed when it is killed in the middle of writing, and the same pool works after it is back', async () => {
      const client = await connect();
      await client.query('CREATE TABLE kept (id int PRIMARY KEY)');
      const writers = pool();
      const acknowledged: number[] = [];
      let next = 0;
      const write = async (): Promise<unknown> => {
        for (;;) {
          const id = next++;
          try {
            await writers.query('INSERT INTO kept VALUES ($1)', [id]);
            acknowledged.push(id);
            if (acknowledged.length === 500) void server.kill();
          } catch (error) {
            return error;
          }
        }
      };
      const errors = await Promise.all([write(), write(), write()]);
      for (const error of errors) expect(String(error)).toMatch(/terminat|ECONNRE|closed/);
      await server.kill();
      await expect(writers.query('SELECT 1')).rejects.toThrow(/ECONNREFUSED|terminated|ECONNRESET/);
      await server.restart();
      const { rows } = await writers.query<{ id: number }>('SELECT id FROM kept');
      const kept = new Set(rows.map(({ id }) => id));
      expect(acknowledged.length).toBeGreaterThanOrEqual(500);
      expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    }, 120_000);
  });
}
