import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { gracefulClose } from './graceful-close.ts';

let server: Server;
const clients: Socket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server.close().closeAllConnections();
});

async function serve(answer: RequestListener): Promise<ReturnType<typeof gracefulClose>> {
  server = createServer(answer);
  const close = gracefulClose(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return close;
}

/** A connection that has been used once where `used`. */
async function open(used = true): Promise<Socket> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  await once(client, 'connect');
  if (used) await exchange(client);
  return client;
}

const get = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
/** The status line of the answer. */
async function exchange(client: Socket): Promise<string> {
  client.write(get);
  const [chunk] = await once(client, 'data');
  return String(chunk).split('\r\n')[0] ?? '';
}
const never = (): void => {
  throw new Error('nothing was to be cut');
};

test('a request that is sent while the server closes is answered, on a connection that was idle until then', async () => {
  const close = await serve((_request, response) => void response.end('yes'));
  const client = await open();
  const closed = close({ timeoutMs: 60_000, onCut: never });
  // As Node's own `close` would have ended it by now.
  await new Promise((resolve) => setImmediate(resolve));
  expect(await exchange(client)).toBe('HTTP/1.1 200 OK');
  await closed;
});

test('connections that nobody uses do not hold it, and new ones are refused', async () => {
  const close = await serve((_request, response) => void response.end('yes'));
  const idle = [await open(), await open(false)];
  const { port } = server.address() as AddressInfo;
  const ends = idle.map((client) => once(client.resume(), 'close'));
  await close({ timeoutMs: 60_000, onCut: never });
  await Promise.all(ends);
  const [error] = await once(connect(port, '127.0.0.1'), 'error');
  expect(error.code).toBe('ECONNREFUSED');
});

test('a request in flight is waited for, and cut when the time is up', async () => {
  const close = await serve(({ url }, response) => void (url === '/' && response.end('yes')));
  const client = await open();
  client.write(get.replace('/', '/never'));
  await once(server, 'request');
  let cuts = 0;
  await close({
    timeoutMs: 50,
    onCut: () => {
      cuts += 1;
    },
  });
  expect(cuts).toBe(1);
});
