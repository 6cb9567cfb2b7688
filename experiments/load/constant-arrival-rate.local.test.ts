import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunningLoad, Scenario } from '../engine/experiment.ts';
import { constantArrivalRate } from './constant-arrival-rate.ts';
import { startLoad } from './testing/start-load.ts';

const running: { server?: Server; load?: RunningLoad } = {};
afterEach(async () => {
  running.load?.kill();
  running.server?.closeAllConnections();
  running.server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  running.server = server;
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const request = { service: 'order', port: 0, method: 'POST', path: '/orders', timeoutMs: 5000 };
const usual = { rate: 50, maxVUs: 500, gracefulStopMs: 5000, request, expectStatuses: [201] };

async function start(origin: string, change: Partial<typeof usual> & { request?: Scenario['request'] } = {}) {
  const { load, samples } = await startLoad(constantArrivalRate({ ...usual, ...change }), origin);
  running.load = load;
  const until = async (enough: () => boolean): Promise<void> => {
    for (const limitMs = performance.now() + 30_000; !enough(); ) {
      if (performance.now() > limitMs)
        throw new Error(`not seen within 30 s; ${samples.length} samples: ${JSON.stringify(samples.at(-1))}`);
      await pause(20);
    }
  };
  return { load, samples, until };
}

test('a system that answers gets every request once, and its bodies in turn', async () => {
  const bodies: unknown[] = [];
  const origin = await serve(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    bodies.push(JSON.parse(text));
    response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"x"}');
  });
  const { load, samples, until } = await start(origin, { request: { ...request, bodies: [{ a: 1 }, { a: 2 }] } });
  await until(() => samples.length >= 30);
  const record = await load.stop();
  expect(record).toMatchObject({ scenario: 'POST order/orders', errors: {}, dropped: 0 });
  expect(record.requests).toBe(bodies.length);
  expect(record.succeeded).toBe(bodies.length);
  expect(samples).toHaveLength(bodies.length);
  expect(samples[0]).toMatchObject({ status: 201, error: '', body: { id: 'x' } });
  const ones = bodies.filter((body) => (body as { a: number }).a === 1).length;
  expect(Math.abs(2 * ones - bodies.length)).toBeLessThanOrEqual(1);
  const dues = samples.map(({ dueMs }) => dueMs).sort((a, b) => a - b);
  expect((dues[10] ?? 0) - (dues[0] ?? 0)).toBeCloseTo(200, 3);
  await expect(load.stop()).resolves.toBe(record);
});

test('latency counts a stall from when each request was due, and the rate does not fall', async () => {
  let stalled = true;
  const held: (() => void)[] = [];
  const origin = await serve((_incoming, response) => {
    const answer = (): void => void response.writeHead(201).end('{}');
    if (stalled) held.push(answer);
    else answer();
  });
  const { load, samples, until } = await start(origin);
  await until(() => held.length >= 50);
  stalled = false;
  for (const answer of held) answer();
  await until(() => samples.length >= 60);
  await load.stop();
  const first = samples.filter(({ latencyMs }) => latencyMs > 500);
  // 50 were due over a second: the oldest waited that long, the next 20 ms less, and so on.
  expect(first.length).toBeGreaterThanOrEqual(15);
  expect(Math.max(...samples.map(({ latencyMs }) => latencyMs))).toBeGreaterThan(900);
});

test('failures are told apart: an unexpected status', async () => {
  const origin = await serve((_incoming, response) => void response.writeHead(503).end());
  const { load, samples, until } = await start(origin);
  await until(() => samples.length >= 5);
  const record = await load.stop();
  expect(record.errors).toEqual({ 'status 503': record.requests });
});

test('failures are told apart: a connection that is reset', async () => {
  const origin = await serve((incoming) => void incoming.socket.resetAndDestroy());
  const { load, samples, until } = await start(origin);
  await until(() => samples.length >= 5);
  const record = await load.stop();
  expect(record.errors).toEqual({ reset: record.requests });
});

test('failures are told apart: nobody listens', async () => {
  const origin = await serve(() => undefined);
  running.server?.close();
  const { load, samples, until } = await start(origin);
  await until(() => samples.length >= 5);
  const record = await load.stop();
  expect(record.errors).toEqual({ refused: record.requests });
});

test('failures are told apart: no answer within the time-out', async () => {
  const origin = await serve(() => undefined);
  const { load, samples, until } = await start(origin, { request: { ...request, timeoutMs: 200 } });
  await until(() => samples.length >= 5);
  const record = await load.stop();
  expect(record.errors).toEqual({ timeout: record.requests });
  expect(samples[0]?.latencyMs).toBeGreaterThanOrEqual(199);
});

test('a system too slow for the VUs is named as the cause, not the loader', async () => {
  const origin = await serve(() => undefined);
  const { load, until } = await start(origin, { maxVUs: 3, gracefulStopMs: 100 });
  const arrived = new Set<unknown>();
  running.server?.on('connection', (socket) => arrived.add(socket));
  await until(() => arrived.size === 3);
  await pause(200); // more become due while all wait
  const record = await load.stop();
  expect(record.requests).toBe(3);
  expect(record.dropped).toBeGreaterThan(0);
  expect(record.saturated).toMatch(/system under test/);
});

test('the graceful stop waits for answers, then cuts', async () => {
  const origin = await serve((_incoming, response) => void setTimeout(() => response.writeHead(201).end('{}'), 400));
  const { load, until } = await start(origin);
  const arrived = new Set<unknown>();
  running.server?.on('request', (incoming) => arrived.add(incoming));
  await until(() => arrived.size >= 3);
  const record = await load.stop();
  expect(record.succeeded).toBe(record.requests);
  expect(record.requests).toBeGreaterThanOrEqual(3);
});

test('a load generator that dies is told of', async () => {
  const origin = await serve((_incoming, response) => void response.writeHead(201).end('{}'));
  const { load } = await start(origin);
  load.kill();
  await expect(load.failed).rejects.toThrow('the load generator ended unexpectedly: SIGKILL');
});

test('a load generator ends when its parent is killed', async () => {
  const origin = await serve((_incoming, response) => void response.writeHead(201).end('{}'));
  const module = fileURLToPath(new URL('../../dist/experiments/load/constant-arrival-rate.js', import.meta.url));
  const script = `
    const { constantArrivalRate } = await import(${JSON.stringify(module)});
    const { start, ...scenario } = constantArrivalRate(${JSON.stringify(usual)});
    await start({ scenario, origin: ${JSON.stringify(origin)}, maxDurationMs: 60000, elapsedMs: () => 0, onSamples: () => console.log('samples') });
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(parent.stdout, 'data');
  const [child = ''] = readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8').trim().split(' ');
  expect(execFileSync('cat', [`/proc/${child}/cmdline`], { encoding: 'utf8' })).toContain('loader-process');
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  const isThere = (): boolean => {
    try {
      return !/\) Z /.test(readFileSync(`/proc/${child}/stat`, 'utf8'));
    } catch {
      return false; // gone
    }
  };
  for (const limitMs = performance.now() + 10_000; isThere(); await pause(20)) expect(performance.now()).toBeLessThan(limitMs);
});
