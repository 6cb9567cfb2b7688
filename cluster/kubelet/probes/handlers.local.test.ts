import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { dialDirectly } from '../../dial.ts';
import { grpcProbe } from './grpc-probe.ts';
import { httpProbe } from './http-probe.ts';
import { tcpProbe } from './tcp-probe.ts';

const HOST = '127.203.9.9';
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return (server.address() as AddressInfo).port;
}

const ask = (port: number, path = '/', headers: { name: string; value: string }[] = [], timeoutMs = 5000) =>
  httpProbe(dialDirectly, { scheme: 'HTTP', host: HOST, port, path, headers }, timeoutMs);
const serve = (listener: RequestListener) => listen(createServer(listener));

test.each([
  [200, { is: 'success' }],
  [204, { is: 'success' }],
  [400, { is: 'failure', text: 'HTTP probe failed with statuscode: 400' }],
  [503, { is: 'failure', text: 'HTTP probe failed with statuscode: 503' }],
])('status %i', async (code, outcome) => {
  const port = await serve((_, response) => response.writeHead(code).end());
  expect(await ask(port)).toEqual(outcome);
});

test('the request is the kubelet’s, and each header can be replaced', async () => {
  const seen: NodeJS.Dict<string | string[]>[] = [];
  const port = await serve(({ headers }, response) => {
    seen.push(headers);
    response.end();
  });
  await ask(port);
  await ask(port, '/', [
    { name: 'Host', value: 'shop.example' },
    { name: 'User-Agent', value: 'me' },
    { name: 'Accept', value: '' },
  ]);
  expect(seen[0]).toEqual({ host: `${HOST}:${port}`, 'user-agent': 'kube-probe/1.34', accept: '*/*', connection: 'close' });
  expect(seen[1]).toEqual({ host: 'shop.example', 'user-agent': 'me', connection: 'close' });
});

test('redirects are followed on the same host, to another they end in a warning', async () => {
  const port = await serve(({ url }, response) => {
    if (url === '/there') response.end('fine');
    else if (url === '/round') response.writeHead(302, { location: '/round' }).end();
    else response.writeHead(302, { location: url === '/' ? '/there' : 'http://127.0.0.1:1/' }).end('moved');
  });
  expect(await ask(port)).toEqual({ is: 'success' });
  expect(await ask(port, '/away')).toEqual({ is: 'warning', text: 'Probe terminated redirects, Response body: moved' });
  expect(await ask(port, '/round')).toMatchObject({ is: 'failure', text: expect.stringContaining('stopped after 10 redirects') });
});

test('failures of the connection are told in Go’s words', async () => {
  expect(await ask(1, '/x?y=1')).toEqual({
    is: 'failure',
    text: `Get "http://${HOST}:1/x?y=1": dial tcp ${HOST}:1: connect: connection refused`,
  });
  const mute = await listen(createTcp((socket) => socket.on('error', () => socket.destroy()).on('data', () => socket.end())));
  expect(await ask(mute)).toEqual({ is: 'failure', text: `Get "http://${HOST}:${mute}/": EOF` });
  const hanging = await serve(({ socket }) => setTimeout(() => socket.destroy(), 2000).unref());
  expect(await ask(hanging, '/', [], 100)).toMatchObject({ text: expect.stringContaining('context deadline exceeded') });
});

test('tcp: a connection is enough', async () => {
  const port = await listen(createTcp((socket) => socket.destroy()));
  expect(await tcpProbe(dialDirectly, HOST, port, 5000)).toEqual({ is: 'success' });
  expect(await tcpProbe(dialDirectly, HOST, 1, 5000)).toEqual({ is: 'failure', text: `dial tcp ${HOST}:1: connect: connection refused` });
});

test('grpc: the health service answers for a service', async () => {
  const answers: Record<string, number> = { '': 1, orders: 2 };
  const server = createHttp2();
  server.on('stream', (stream, headers) => {
    let body = Buffer.alloc(0);
    stream.on('data', (chunk: Buffer) => {
      body = Buffer.concat([body, chunk]);
    });
    stream.on('end', () => {
      const status = answers[body.subarray(7).toString()] ?? 3;
      const known = headers[':path'] === '/grpc.health.v1.Health/Check';
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': known ? '0' : '12' }));
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, status]));
    });
  });
  const port = await listen(server);
  expect(await grpcProbe(dialDirectly, HOST, port, '', 5000)).toEqual({ is: 'success' });
  expect(await grpcProbe(dialDirectly, HOST, port, 'orders', 5000)).toEqual({
    is: 'failure',
    text: 'service unhealthy (responded with "NOT_SERVING")',
  });
  expect(await grpcProbe(dialDirectly, HOST, 1, '', 1000)).toMatchObject({
    is: 'failure',
    text: expect.stringContaining(`timeout: failed to connect service "${HOST}:1" within 1s: `),
  });
});

test('grpc: what does not answer is told apart from what cannot be reached, and from what knows no health', async () => {
  const silent = await listen(createHttp2().on('stream', () => undefined));
  expect(await grpcProbe(dialDirectly, HOST, silent, '', 300)).toEqual({
    is: 'failure',
    text: 'timeout: health rpc did not complete within 0.3s',
  });
  // As a hung event loop does: the kernel takes the connection, and nothing comes.
  const hung = await listen(createTcp((socket) => void setTimeout(() => socket.destroy(), 2000).unref()));
  expect(await grpcProbe(dialDirectly, HOST, hung, '', 300)).toEqual({
    is: 'failure',
    text: `timeout: failed to connect service "${HOST}:${hung}" within 0.3s: context deadline exceeded`,
  });
  const other = await listen(
    createHttp2().on('stream', (stream) =>
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12', 'grpc-message': 'unknown%20service' },
        { endStream: true },
      ),
    ),
  );
  expect(await grpcProbe(dialDirectly, HOST, other, '', 5000)).toEqual({
    is: 'failure',
    text: 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service',
  });
});
