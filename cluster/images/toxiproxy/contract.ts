import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { apiExchanges, type Exchange } from './contract-api.ts';

/** A Toxiproxy under test, whose proxies this machine reaches on 127.0.0.1, and who reaches this machine there. */
export interface ToxiproxyUnderTest {
  /** `http://127.0.0.1:8474` */
  api: string;
  stop(): Promise<void>;
}

/** What a client saw of one connection. */
interface Seen {
  data: Buffer;
  /** How many pieces the data came in. */
  pieces: number;
  /** From the first byte sent to the last that came. */
  ms: number;
  /** How it ended, and after how long. */
  end: string;
  endMs: number;
}

const titleOf = ({ before = [], method, path, body, status }: Exchange): string =>
  [
    ...before.map(([one, where]) => `${one} ${where},`),
    method,
    path,
    body === undefined ? '' : JSON.stringify(body),
    'answers',
    status,
  ].join(' ');

/** What the lab needs of Toxiproxy, and how it tells of mistakes: the same statements for the embedded one and the real one. */
export function toxiproxyContract(name: string, start: () => Promise<ToxiproxyUnderTest>): void {
  describe(`Toxiproxy as the lab uses it: ${name}`, () => {
    let toxiproxy: ToxiproxyUnderTest;
    let upstream: Server;
    const sockets = new Set<Socket>();
    let place = { host: '127.0.0.1', port: 0 };

    const call = async (method: string, path: string, body?: unknown) => {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(toxiproxy.api + path, { method, ...(text !== undefined && { body: text }), redirect: 'manual' });
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    };
    const toxic = async (body: object): Promise<void> => {
      const { status, text } = await call('POST', '/proxies/echo/toxics', body);
      if (status !== 200) throw new Error(text);
    };

    beforeAll(async () => {
      toxiproxy = await start();
      // Says what it hears; ends when the other side does.
      upstream = createServer({ noDelay: true }, (socket) => {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => sockets.delete(socket));
        socket.pipe(socket);
      }).listen(0, '127.0.0.1');
      await once(upstream, 'listening');
    }, 60_000);
    afterAll(async () => {
      for (const socket of sockets) socket.destroy();
      upstream?.close();
      await toxiproxy?.stop();
    });
    beforeEach(async () => {
      const body = { name: 'echo', listen: '127.0.0.1:0', upstream: `127.0.0.1:${(upstream.address() as AddressInfo).port}` };
      const { text } = await call('POST', '/proxies', body);
      place = { host: '127.0.0.1', port: Number((JSON.parse(text) as { listen: string }).listen.split(':').at(-1)) };
    });
    afterEach(async () => {
      for (const proxy of Object.keys(JSON.parse((await call('GET', '/proxies')).text) as object))
        await call('DELETE', `/proxies/${proxy}`);
    });

    const open = async (): Promise<Socket> => {
      const socket = connect({ ...place, noDelay: true });
      await once(socket, 'connect');
      return socket;
    };
    /** Sends, waits for as many bytes back or for the end. */
    const exchange = async (socket: Socket, sent: Buffer, atMostMs = 20_000): Promise<Seen> => {
      const startedMs = performance.now();
      const seen: Seen = { data: Buffer.alloc(0), pieces: 0, ms: 0, end: 'open', endMs: 0 };
      const chunks: Buffer[] = [];
      let size = 0;
      await new Promise<void>((settle) => {
        const timer = setTimeout(settle, atMostMs);
        const resolve = (): void => {
          clearTimeout(timer);
          settle();
        };
        const over = (end: string): void => {
          seen.end = end;
          seen.endMs = performance.now() - startedMs;
          resolve();
        };
        const onData = (data: Buffer): void => {
          chunks.push(data);
          size += data.length;
          seen.ms = performance.now() - startedMs;
          if (size >= sent.length) resolve();
        };
        socket.on('data', onData);
        socket.once('error', ({ code }: NodeJS.ErrnoException) => over(code ?? 'error'));
        socket.once('end', () => over('end'));
        socket.write(sent);
      });
      socket.removeAllListeners('data');
      return { ...seen, data: Buffer.concat(chunks), pieces: chunks.length };
    };
    const exchangeOnce = async (sent: Buffer, atMostMs?: number): Promise<Seen> => {
      const socket = await open();
      try {
        return await exchange(socket, sent, atMostMs);
      } finally {
        socket.on('error', () => undefined).destroy();
      }
    };
    const hello = Buffer.from('hello');

    test.each(apiExchanges.map((one) => [titleOf(one), one] as const))(
      '%s',
      async (_title, { before = [], method, path, body, status, answer }) => {
        for (const [one, where, what] of before) await call(one, where, what);
        const { port } = place;
        const got = await call(method, path, body);
        expect({
          ...got,
          text: got.text.replaceAll(String(port), 'PORT').replaceAll(String((upstream.address() as AddressInfo).port), 'UPSTREAM'),
        }).toEqual({
          status,
          type:
            typeof answer === 'string' ? (answer === '' ? null : 'text/plain; charset=utf-8') : expect.stringMatching(/^application\/json/),
          text: typeof answer === 'string' ? answer : JSON.stringify(answer),
        });
      },
    );

    test('a browser is refused, a header names each request', async () => {
      const refused = await fetch(`${toxiproxy.api}/version`, { headers: { 'user-agent': 'Mozilla/5.0' } });
      expect([refused.status, await refused.text()]).toEqual([403, 'User agent not allowed\n']);
      const { headers } = await fetch(`${toxiproxy.api}/version`);
      expect(headers.get('x-toxiproxy-request-id')).toMatch(/^[0-9a-z]{20}$/);
    });

    test('data passes whole in both directions', async () => {
      const sent = Buffer.from(Array.from({ length: 2_000_000 }, (_, i) => i % 251));
      const { data } = await exchangeOnce(sent);
      expect(data.equals(sent)).toBe(true);
    });

    test('a client whose upstream refuses is let go', async () => {
      await call('PATCH', '/proxies/echo', { upstream: '127.0.0.1:1' });
      expect(await exchangeOnce(hello)).toMatchObject({ data: Buffer.alloc(0), end: expect.stringMatching(/^(end|ECONNRESET|EPIPE)$/) });
    });

    test('a proxy that is disabled cuts its clients and refuses others until it is enabled at the same place', async () => {
      const socket = await open();
      await exchange(socket, hello);
      const cut = once(socket, 'close');
      socket.on('error', () => undefined).resume();
      await call('PATCH', '/proxies/echo', { enabled: false });
      await cut;
      await expect(open()).rejects.toThrow('ECONNREFUSED');
      await call('PATCH', '/proxies/echo', { enabled: true });
      expect((await exchangeOnce(hello)).data).toEqual(hello);
    });

    describe('latency', () => {
      test.each(['upstream', 'downstream'])('%s data waits for it', async (stream) => {
        await toxic({ type: 'latency', stream, attributes: { latency: 300 } });
        const { data, ms } = await exchangeOnce(hello);
        expect(data).toEqual(hello);
        expect(ms).toBeGreaterThanOrEqual(299);
      });

      test('it varies by its jitter', async () => {
        await toxic({ type: 'latency', attributes: { latency: 400, jitter: 200 } });
        const times = (await Promise.all(Array.from({ length: 40 }, () => exchangeOnce(hello)))).map(({ ms }) => ms);
        expect(Math.min(...times)).toBeGreaterThanOrEqual(199);
        expect(Math.min(...times)).toBeLessThan(350);
        expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(100);
      });

      test('it comes to a connection that is there, changes on it, and leaves it, and nothing is lost', async () => {
        const socket = await open();
        expect((await exchange(socket, hello)).data).toEqual(hello);
        await toxic({ name: 'slow', type: 'latency', attributes: { latency: 300 } });
        expect((await exchange(socket, hello)).ms).toBeGreaterThanOrEqual(299);
        await call('PATCH', '/proxies/echo/toxics/slow', { attributes: { latency: 600 } });
        expect((await exchange(socket, hello)).ms).toBeGreaterThanOrEqual(599);
        await call('PATCH', '/proxies/echo/toxics/slow', { attributes: { latency: 30_000 } });
        const waiting = exchange(socket, hello);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await call('DELETE', '/proxies/echo/toxics/slow');
        expect((await waiting).data).toEqual(hello);
        expect((await exchange(socket, hello)).data).toEqual(hello);
        socket.destroy();
      });

      test('what is behind it waits together, not one after another', async () => {
        await toxic({ type: 'latency', attributes: { latency: 300 } });
        const socket = await open();
        const together = exchange(socket, Buffer.from('0123456789'.repeat(2)));
        for (let n = 0; n < 9; n += 1) socket.write('0123456789');
        expect((await together).ms).toBeLessThan(1500);
        socket.destroy();
      });
    });

    describe('toxicity', () => {
      test.each([
        [0, 0, 0],
        [1, 200, 200],
        // 5 standard deviations: wrong once in two million runs.
        [0.5, 65, 135],
      ])('%d of the connections', async (toxicity, least, most) => {
        await toxic({ type: 'reset_peer', toxicity, attributes: { timeout: 0 } });
        const ends = await Promise.all(Array.from({ length: 200 }, () => exchangeOnce(hello)));
        const reset = ends.filter(({ end }) => end === 'ECONNRESET').length;
        expect(reset).toBeGreaterThanOrEqual(least);
        expect(reset).toBeLessThanOrEqual(most);
        expect(ends.filter(({ data }) => data.equals(hello))).toHaveLength(200 - reset);
      });
    });

    test('reset_peer resets after its time', async () => {
      await toxic({ type: 'reset_peer', attributes: { timeout: 300 } });
      const { data, end, endMs } = await exchangeOnce(hello);
      expect([data.length, end]).toEqual([0, 'ECONNRESET']);
      expect(endMs).toBeGreaterThanOrEqual(299);
    });

    test('timeout lets nothing pass and ends the connection after its time', async () => {
      await toxic({ type: 'timeout', attributes: { timeout: 300 } });
      const { data, end, endMs } = await exchangeOnce(hello);
      expect([data.length, end]).toEqual([0, 'end']);
      expect(endMs).toBeGreaterThanOrEqual(299);
    });

    test('timeout 0 lets nothing pass and ends the connection when it is removed', async () => {
      await toxic({ type: 'timeout', name: 'black-hole' });
      // Both times count from when it is connected.
      const socket = await open();
      const waiting = exchange(socket, hello);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await call('DELETE', '/proxies/echo/toxics/black-hole');
      const { data, end, endMs } = await waiting;
      socket.destroy();
      expect([data.length, end]).toEqual([0, 'end']);
      expect(endMs).toBeGreaterThanOrEqual(299);
      expect((await exchangeOnce(hello)).data).toEqual(hello);
    });

    test('bandwidth holds the rate', async () => {
      await toxic({ type: 'bandwidth', attributes: { rate: 50 } });
      const sent = Buffer.alloc(50_000, 'x');
      const { data, ms } = await exchangeOnce(sent);
      expect(data.equals(sent)).toBe(true);
      expect(ms).toBeGreaterThan(800);
    });

    test('slow_close delays the end alone', async () => {
      await toxic({ type: 'slow_close', attributes: { delay: 400 } });
      const socket = await open();
      expect((await exchange(socket, hello)).ms).toBeLessThan(400);
      const startedMs = performance.now();
      socket.resume().end();
      await once(socket, 'close');
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(399);
    });

    test('slicer cuts into small pieces and loses none', async () => {
      await toxic({ type: 'slicer', attributes: { average_size: 100, size_variation: 20, delay: 5000 } });
      const sent = Buffer.from(Array.from({ length: 2000 }, (_, i) => i % 251));
      const { data, pieces } = await exchangeOnce(sent);
      expect(data.equals(sent)).toBe(true);
      expect(pieces).toBeGreaterThan(8);
    });

    test('limit_data ends the connection after so many bytes', async () => {
      await toxic({ type: 'limit_data', attributes: { bytes: 7 } });
      const socket = await open();
      expect((await exchange(socket, hello)).data).toEqual(hello);
      expect(await exchange(socket, hello)).toMatchObject({ data: Buffer.from('he'), end: 'end' });
    });

    test('toxics act together, in their order', async () => {
      await toxic({ type: 'latency', attributes: { latency: 300 } });
      await toxic({ type: 'limit_data', attributes: { bytes: 3 } });
      expect(await exchangeOnce(hello)).toMatchObject({ data: Buffer.from('hel'), end: 'end' });
      const { status } = await call('POST', '/reset');
      expect(status).toBe(204);
      expect(await exchangeOnce(hello)).toMatchObject({ data: hello, end: 'open' });
    });
  });
}
