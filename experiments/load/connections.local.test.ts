import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { request } from 'undici';
import { type Connections, connectionsInTurn, sharedConnections } from './connections.ts';

let server: Server;
/** Requests for each connection, as the server sees them. */
let served: Map<Socket, number>;
let connections: Connections;
let origin: string;
/** What the server does with a request: answers, answers and says that it was the last one, says nothing. */
let manner: 'answer' | 'close' | 'silence';

beforeEach(async () => {
  manner = 'answer';
  served = new Map();
  server = createServer((asked, response) => {
    served.set(asked.socket, (served.get(asked.socket) ?? 0) + 1);
    if (manner === 'silence') return;
    if (manner === 'close') response.setHeader('connection', 'close');
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await connections.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** One request; answers the number of its connection. */
async function ask(signal?: AbortSignal): Promise<number | undefined> {
  const lent = connections.lend();
  try {
    const { body } = await request(origin, { dispatcher: lent.dispatcher, ...(signal && { signal }) });
    await body.text();
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    lent.giveBack();
  }
  return lent.line()?.number;
}

test('connections take turns', async () => {
  connections = connectionsInTurn(origin, 3, 5000);
  const numbers: (number | undefined)[] = [];
  for (let n = 0; n < 9; n += 1) numbers.push(await ask());
  expect(numbers).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
  expect([...served.values()]).toEqual([3, 3, 3]);
});

test('a connection that the server ends is opened anew, under a new number', async () => {
  connections = connectionsInTurn(origin, 1, 5000);
  expect(await ask()).toBe(1);
  manner = 'close';
  expect(await ask()).toBe(1);
  manner = 'answer';
  expect(await ask()).toBe(2);
  expect([...served.values()]).toEqual([2, 1]);
});

test('a request that is given up tells the connection that it went on, and the next one goes on another', async () => {
  connections = connectionsInTurn(origin, 1, 5000);
  expect(await ask()).toBe(1);
  manner = 'silence';
  expect(await ask(AbortSignal.timeout(100))).toBe(1);
  manner = 'answer';
  expect(await ask()).toBe(2);
});

test('while all wait for answers others help out, and are used no longer than that', async () => {
  connections = connectionsInTurn(origin, 2, 5000);
  manner = 'silence';
  const stuck = [AbortSignal.timeout(300), AbortSignal.timeout(300)].map((signal) => ask(signal));
  while (served.size < 2) await once(server, 'request');
  manner = 'answer';
  expect(await ask()).toBe(3);
  expect(await ask()).toBe(3);
  await Promise.all(stuck);
  const [one, other, again] = [await ask(), await ask(), await ask()];
  expect([one, other].sort()).toEqual([4, 5]);
  expect(again).toBe(one);
});

test('a shared pool has no more connections than VUs, and numbers none', async () => {
  connections = sharedConnections(origin, 3, 5000);
  for (let n = 0; n < 6; n += 1) expect(await ask()).toBeUndefined();
  expect(served.size).toBeLessThanOrEqual(3);
  expect([...served.values()].reduce((sum, one) => sum + one, 0)).toBe(6);
});
