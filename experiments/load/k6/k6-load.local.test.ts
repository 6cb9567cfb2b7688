import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scenario } from '../../engine/experiment.ts';
import { constantArrivalRate } from '../constant-arrival-rate.ts';
import { constantVUs } from '../constant-vus.ts';
import { rampingArrivalRate } from '../ramping-arrival-rate.ts';
import { startLoad } from '../testing/start-load.ts';
import { startK6 } from './k6-load.ts';
import { findK6 } from './k6-program.ts';
import { k6Scripted } from './k6-scripted.ts';

/** By a stand-in that runs scripts and writes what k6 writes, as k6 itself is not used here. */
const standIn = fileURLToPath(new URL('../testing/k6', import.meta.url));
const path = process.env.PATH ?? '';
beforeAll(() => {
  process.env.PATH = `${standIn}${delimiter}${path}`;
});
afterAll(() => {
  process.env.PATH = path;
});

const folder = mkdtempSync(join(tmpdir(), 'k6-load-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => /^(shoplab-k6|k6-stand-in)-/.test(name));

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const request = { service: 'order', port: 1, method: 'POST', path: '/orders', timeoutMs: 500 };
const common = { gracefulStopMs: 1000, request, expectStatuses: [201] };
const throughK6 = (scenario: Scenario): Scenario => ({ ...scenario, start: startK6 });

/** Waits until so many requests have been told of. Rejects where the load dies before. */
async function untilTold({ load, samples }: Awaited<ReturnType<typeof startLoad>>, count: number): Promise<void> {
  await Promise.race([
    load.failed,
    new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (samples.length < count) return;
        clearInterval(look);
        resolve();
      }, 20);
    }),
  ]);
}

test('an open load goes through k6: bodies in turn and drawn, answers with what they say, a journal as of our own generator', async () => {
  const bodies: unknown[] = [];
  const origin = await serve(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    bodies.push(JSON.parse(text));
    response.writeHead(201, { 'x-served-by': 'pod-a', 'content-type': 'application/json' }).end(JSON.stringify({ id: bodies.length }));
  });
  const drawn = { customer: 'O"{{uuid}}', productId: '{{randomInt 1 3}}', index: '{{index}}' };
  const scenario = constantArrivalRate({ rate: 50, maxVUs: 20, ...common, request: { ...request, bodies: [drawn, { fixed: true }] } });
  const started = await startLoad(throughK6(scenario), origin);
  await untilTold(started, 40);
  const record = await started.load.stop();

  expect(record).toMatchObject({
    executor: 'constant-arrival-rate',
    requests: started.samples.length,
    succeeded: started.samples.length,
    latenessMs: null,
    dropped: 0,
    saturated: null,
    settings: { sentBy: 'k6 v0.0.0-stand-in' },
  });
  expect(record).not.toHaveProperty('thresholds');
  const [sample] = started.samples;
  expect(sample).toMatchObject({ status: 201, error: '', servedBy: 'pod-a', body: { id: expect.any(Number) }, lateMs: 0 });
  expect(sample?.dueMs).toBeGreaterThan(0);
  expect(sample?.latencyMs).toBeGreaterThan(0);
  expect(bodies.filter((body) => JSON.stringify(body) === '{"fixed":true}').length).toBeGreaterThan(10);
  expect(bodies.find((body) => 'customer' in (body as object))).toEqual({
    customer: expect.stringMatching(/^O"[-0-9a-f]{36}$/),
    productId: expect.any(Number),
    index: expect.any(Number),
  });
  expect(leftovers()).toEqual([]);
});

test('what fails is told apart', async () => {
  let turn = 0;
  const origin = await serve((incoming, response) => {
    turn += 1;
    if (turn % 3 === 0) incoming.socket.resetAndDestroy();
    else if (turn % 3 === 1) response.writeHead(503).end();
    // And one in three is never answered.
  });
  const started = await startLoad(throughK6(constantArrivalRate({ rate: 20, maxVUs: 50, ...common })), origin);
  await untilTold(started, 30);
  const { errors, succeeded } = await started.load.stop();
  expect(Object.keys(errors).sort()).toEqual(['reset', 'status 503', 'timeout']);
  expect(succeeded).toBe(0);
  // Timers count whole milliseconds, and may so be a part of one early.
  for (const { error, latencyMs } of started.samples) if (error === 'timeout') expect(latencyMs).toBeGreaterThanOrEqual(499);
});

test('nobody there is refused; VUs of their own connections say which', async () => {
  const origin = await serve((_, response) => response.writeHead(201).end());
  const refusing = await startLoad(throughK6(constantVUs({ vus: 2, ...common })), 'http://127.0.0.1:1');
  await untilTold(refusing, 4);
  expect(Object.keys((await refusing.load.stop()).errors)).toEqual(['refused']);

  const scenario = constantArrivalRate({ rate: 50, connections: 3, maxVUs: 3, ...common });
  const kept = await startLoad(throughK6(scenario), origin);
  await untilTold(kept, 20);
  await kept.load.stop();
  expect(new Set(kept.samples.map(({ connection }) => connection))).toEqual(new Set([0, 1, 2]));
});

test('a ramp holds its last target until it is stopped, and what no VU was free for makes it another load', async () => {
  const origin = await serve((_, response) => void setTimeout(() => response.writeHead(201).end(), 200));
  const stages = [{ target: 40.5, durationMs: 200 }];
  const started = await startLoad(throughK6(rampingArrivalRate({ startRate: 10, stages, maxVUs: 2, ...common })), origin);
  await untilTold(started, 12);
  const { dropped, saturated } = await started.load.stop();
  expect(dropped).toBeGreaterThan(0);
  expect(saturated).toMatch(/^k6 dropped \d+ iterations: no VU was free when they were due$/);
});

const scripted = (name: string, text: string): Scenario => {
  const script = join(folder, name);
  writeFileSync(script, text);
  return k6Scripted({ script, name, service: 'order', port: 1, gracefulStopMs: 1000 });
};
const options = (duration: string, more = '') => `export const options = {
  scenarios: { mine: { executor: 'constant-vus', vus: 1, duration: '${duration}' } }, ${more} };`;

test('a script of the reader’s own is the load, and its thresholds are told', async () => {
  const origin = await serve((_, response) => response.writeHead(404).end('nothing'));
  const thresholds = `thresholds: { http_req_duration: ['p(95)<5000', 'max<0'], http_req_failed: ['rate<0.5'] }`;
  const script = `
import http from 'k6/http';
import { sleep } from 'k6';
${options('60s', thresholds)}
http.setResponseCallback(http.expectedStatuses(404));
export default function () { http.get(__ENV.ORIGIN + '/none'); sleep(0.01); }`;
  const started = await startLoad(scripted('own.js', script), origin);
  await untilTold(started, 5);
  const record = await started.load.stop();
  expect(record).toMatchObject({ scenario: 'k6 order: own.js', executor: 'k6', succeeded: record.requests, saturated: null });
  expect(record.thresholds).toEqual([
    { metric: 'http_req_duration', expression: 'p(95)<5000', holds: true, observed: expect.any(Number) },
    { metric: 'http_req_duration', expression: 'max<0', holds: false, observed: expect.any(Number) },
    { metric: 'http_req_failed', expression: 'rate<0.5', holds: true, observed: 0 },
  ]);
});

test('a script that ends before the method is over is no load', async () => {
  const origin = await serve((_, response) => response.end());
  const script = `import http from 'k6/http';\n${options('100ms')}\nexport default function () { http.get(__ENV.ORIGIN + '/'); }`;
  // It may be over before the first request was told of, or after.
  const ended = startLoad(scripted('short.js', script), origin).then(({ load }) => load.failed);
  await expect(ended).rejects.toThrow('k6 had nothing more to send before the method was over: let its scenarios last longer');
});

test('a script whose own threshold ends it is told what to do', async () => {
  const origin = await serve((_, response) => response.writeHead(500).end());
  const thresholds = "thresholds: { http_req_failed: ['rate<0.1'] }";
  const script = `import http from 'k6/http';\n${options('100ms', thresholds)}\nexport default function () { http.get(__ENV.ORIGIN + '/'); }`;
  const ended = startLoad(scripted('aborts.js', script), origin).then(({ load }) => load.failed);
  await expect(ended).rejects.toThrow('leave abortOnFail out');
});

test('a script that does not run says why, and nothing is left', async () => {
  await expect(startLoad(scripted('broken.js', 'throw new Error("no such thing");'), 'http://127.0.0.1:1')).rejects.toThrow(
    /k6 ended unexpectedly: exit code 107\n.*no such thing/,
  );
  expect(leftovers()).toEqual([]);
});

test('k6 that is not there is none', async () => {
  expect(await findK6()).toEqual({ command: 'k6', version: 'v0.0.0-stand-in' });
  process.env.PATH = folder;
  try {
    expect(await findK6()).toBeUndefined();
    await expect(startLoad(throughK6(constantVUs({ vus: 1, ...common })), 'http://127.0.0.1:1')).rejects.toThrow('k6 is not on PATH');
  } finally {
    process.env.PATH = `${standIn}${delimiter}${path}`;
  }
});
