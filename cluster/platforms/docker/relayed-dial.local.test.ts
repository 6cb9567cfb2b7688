import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Dial } from '../../dial.ts';
import { freePort } from '../../images/free-port.ts';
import { httpProbe } from '../../kubelet/probes/http-probe.ts';
import { tcpProbe } from '../../kubelet/probes/tcp-probe.ts';
import { LabNetwork } from '../../network.ts';
import { reset } from '../../proxy/reset.ts';
import { dialThrough } from './relayed-dial.ts';

/** The program itself, as a process of this machine: what it dials is on a loopback network of its own. */
const bundle = fileURLToPath(new URL('../../../dist/bundles/in-network/pod-relay.mjs', import.meta.url));
const network = new LabNetwork('127.203');
const host = '127.203.9.10';

let relay: ChildProcess;
let dial: Dial;
const servers: Server[] = [];

beforeAll(async () => {
  const port = await freePort();
  relay = spawn(process.execPath, [bundle], { env: { ...process.env, PORT: String(port) }, stdio: ['pipe', 'pipe', 'inherit'] });
  if (relay.stdout) await once(relay.stdout, 'data');
  dial = dialThrough({ host: '127.0.0.1', port }, network);
});
afterAll(async () => {
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

test('a reset is passed on, either way', async () => {
  const resetter = await accept((socket) => socket.on('error', () => undefined).once('data', () => reset(socket)));
  const asker = await dial({ host, port: resetter });
  asker.write('reset me');
  expect(await once(asker, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);

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
  const asked = dialThrough({ host: '127.0.0.1', port: mute }, network)({ host, port: 1 }, patience.signal);
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
  const error = await dialThrough(
    { host: '127.0.0.1', port: await freePort() },
    network,
  )({ host, port: 1 }).catch((failed: unknown) => failed);
  expect(error).toMatchObject({ message: expect.stringContaining('the relay into the lab’s network does not answer') });
  expect(error).not.toHaveProperty('code');

  const closing = await listen(
    createServer((socket) => socket.destroy()),
    '127.0.0.1',
  );
  await expect(dialThrough({ host: '127.0.0.1', port: closing }, network)({ host, port: 1 })).rejects.toThrow(
    /the relay into the lab’s network: /,
  );
});

test('what is not of the lab’s network is reached directly', async () => {
  const port = await listen(
    createServer((socket) => socket.end('here')),
    '127.0.0.1',
  );
  const socket = await dialThrough({ host: '127.0.0.1', port: 1 }, network)({ host: '127.0.0.1', port });
  expect(await text(socket)).toBe('here');
});
