import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Dial } from '../../dial.ts';
import { freePort } from '../../images/free-port.ts';
import { httpProbe } from '../../kubelet/probes/http-probe.ts';
import { tcpProbe } from '../../kubelet/probes/tcp-probe.ts';
import { LabNetwork } from '../../network.ts';
import { reset } from '../../proxy/reset.ts';
import { relayAt } from './relayed-dial.ts';

/** The program itself, as a process of this machine: what it dials is on a loopback network of its own. */
const bundle = fileURLToPath(new URL('../../../dist/bundles/in-network/pod-relay.mjs', import.meta.url));
const network = new LabNetwork('127.203');
const host = '127.203.9.10';

let relay: ChildProcess;
let relayPort: number;
let forwarder: Server;
let dial: Dial;
/** Through something that forwards the port, as an engine does, and makes an orderly end of each reset. */
let dialForwarded: Dial;
const servers: Server[] = [];

beforeAll(async () => {
  const port = await freePort();
  relayPort = port;
  relay = spawn(process.execPath, [bundle], { env: { ...process.env, PORT: String(port) }, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: relay.stdout as Readable });
  const isReady = await Promise.race([once(lines, 'line').then(() => true), once(relay, 'exit').then(() => false)]);
  expect(isReady).toBe(true);
  forwarder = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    near.on('error', () => far.end());
    far.on('error', () => near.end());
    near.pipe(far).pipe(near);
  });
  forwarder.listen(0, '127.0.0.1');
  await once(forwarder, 'listening');
  const direct = relayAt({ host: '127.0.0.1', port }, network);
  dial = direct.dial;
  const forwarded = relayAt({ host: '127.0.0.1', port: (forwarder.address() as AddressInfo).port }, network);
  dialForwarded = forwarded.dial;
  lines.on('line', (line) => {
    direct.hear(line);
    forwarded.hear(line);
  });
});
afterAll(async () => {
  forwarder.close();
  const ended = once(relay, 'exit');
  relay.stdin?.end();
  expect(await ended).toEqual([0, null]);
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server, address = host): Promise<number> {
  servers.push(server);
  server.listen(0, address);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
const accept = (listener: (socket: Socket) => void) => listen(createServer({ allowHalfOpen: true }, listener));

test('what one side writes the other reads, whoever speaks first, and either may end before the other', async () => {
  const port = await accept((socket) => {
    socket.write('first: ');
    let heard = 0;
    socket.on('data', (chunk) => {
      heard += chunk.length;
    });
    socket.on('end', () => socket.end(`heard ${heard}`));
  });
  const socket = await dial({ host, port });
  socket.end('x'.repeat(300_000));
  expect(await text(socket)).toBe('first: heard 300000');
});

test.each([
  ['', () => dial],
  [', also where what forwards the port does not', () => dialForwarded],
])('that the place resets is passed on%s', async (_how, dialOf) => {
  const port = await accept((socket) => socket.on('error', () => undefined).once('data', () => reset(socket)));
  const asker = await dialOf()({ host, port });
  asker.write('reset me');
  expect(await once(asker, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('a reset that nobody listens for ends the connection, and nothing else', async () => {
  const port = await accept((socket) => socket.on('error', () => undefined).once('data', () => reset(socket)));
  const socket = await dialForwarded({ host, port });
  // Not events.once, which listens for errors.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write('reset me');
  await closed;
});

test('a reset that is told of sooner than the connection itself is passed on', async () => {
  const port = await accept((socket) => socket.on('error', () => undefined));
  // Nothing was dialled there yet: the first connection has the number 1.
  const fresh = relayAt({ host: '127.0.0.1', port: relayPort }, network);
  const opening = fresh.dial({ host, port });
  fresh.hear('reset 1');
  const socket = await opening;
  expect(await once(socket, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('that the asker resets is passed on', async () => {
  const server = createServer((socket) => socket.write('go on'));
  const port = await listen(server);
  const accepted = once(server, 'connection');
  const socket = await dial({ host, port });
  await once(socket, 'data');
  const [far] = (await accepted) as [Socket];
  const failed = once(far, 'error');
  reset(socket);
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('a place that refuses fails as a direct connection would, and probes tell it in the same words', async () => {
  const port = await freePort();
  await expect(dial({ host, port })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(await tcpProbe(dial, host, port, 5000)).toEqual({
    is: 'failure',
    text: `dial tcp ${host}:${port}: connect: connection refused`,
  });
  const check = { scheme: 'HTTP', host, port, path: '/', headers: [] };
  expect(await httpProbe(dial, check, 5000)).toEqual({
    is: 'failure',
    text: `Get "http://${host}:${port}/": dial tcp ${host}:${port}: connect: connection refused`,
  });
  const served = await listen(createHttp((_, response) => response.end()));
  expect(await httpProbe(dial, { ...check, port: served }, 5000)).toEqual({ is: 'success' });
});

test('whoever waits can give up, and the relay lets go of the place', async () => {
  // It takes the connection to the relay, and says nothing.
  const mute = await listen(createServer(), '127.0.0.1');
  const patience = new AbortController();
  const asked = relayAt({ host: '127.0.0.1', port: mute }, network).dial({ host, port: 1 }, patience.signal);
  patience.abort(new Error('no more patience'));
  await expect(asked).rejects.toThrow('no more patience');

  const server = createServer();
  const port = await listen(server);
  const accepted = once(server, 'connection');
  const socket = await dial({ host, port });
  const [far] = (await accepted) as [Socket];
  const left = once(far.resume(), 'close');
  socket.destroy();
  await left;
});

test('a relay that is gone is not taken for a Pod that refuses', async () => {
  const error = await relayAt({ host: '127.0.0.1', port: await freePort() }, network)
    .dial({ host, port: 1 })
    .catch((failed: unknown) => failed);
  expect(error).toMatchObject({ message: expect.stringContaining('the relay into the lab’s network does not answer') });
  expect(error).not.toHaveProperty('code');

  const closing = await listen(
    createServer((socket) => socket.destroy()),
    '127.0.0.1',
  );
  await expect(relayAt({ host: '127.0.0.1', port: closing }, network).dial({ host, port: 1 })).rejects.toThrow(
    /the relay into the lab’s network: /,
  );
});

test('what is not of the lab’s network is reached directly', async () => {
  const port = await listen(
    createServer((socket) => socket.end('here')),
    '127.0.0.1',
  );
  const socket = await relayAt({ host: '127.0.0.1', port: 1 }, network).dial({ host: '127.0.0.1', port });
  expect(await text(socket)).toBe('here');
});
