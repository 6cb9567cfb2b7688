import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningLoad, Sample, Scenario } from '../engine/experiment.ts';
import { vusAt } from './closed-loader.ts';
import { constantVUs } from './constant-vus.ts';
import { rampingVUs } from './ramping-vus.ts';
import { startLoad } from './testing/start-load.ts';

const seen: { server?: Server; load?: RunningLoad } = {};
const held: ServerResponse[] = [];
/** Whether requests wait until `release`. */
let holds = false;
let arrived = 0;
let connections = 0;
const news = new EventTarget();
let origin = '';

beforeEach(async () => {
  [holds, arrived, connections] = [false, 0, 0];
  held.length = 0;
  const server = createServer((_incoming, response) => {
    arrived += 1;
    if (holds) held.push(response);
    else response.end('{}');
    news.dispatchEvent(new Event('news'));
  }).listen(0, '127.0.0.1');
  server.on('connection', () => (connections += 1));
  seen.server = server;
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  seen.load?.kill();
  seen.server?.closeAllConnections();
  seen.server?.close();
});

const usual = {
  gracefulStopMs: 2000,
  request: { service: 'order', port: 0, method: 'GET', path: '/', timeoutMs: 5000 },
  expectStatuses: [200],
};

async function start(scenario: Scenario): Promise<{ load: RunningLoad; samples: Sample[] }> {
  const started = await startLoad(scenario, origin);
  seen.load = started.load;
  return started;
}

async function until(enough: () => boolean): Promise<void> {
  while (!enough()) await once(news, 'news', { signal: AbortSignal.timeout(20_000) });
}
/** Ends the load while everything is answered. */
const stop = (load: RunningLoad): Promise<unknown> => {
  holds = false;
  release();
  return load.stop();
};
/** Answers all that wait. */
const release = (): void => {
  for (const response of held.splice(0)) response.end('{}');
};

test('VUs send their next request when the one before is answered, and not before', async () => {
  holds = true;
  const { load, samples } = await start(constantVUs({ vus: 3, ...usual }));
  for (let round = 1; round <= 4; round += 1) {
    await until(() => held.length === 3);
    // Whoever waits sends nothing: there is no fourth.
    expect(arrived).toBe(3 * round);
    release();
  }
  const record = await stop(load);
  // Those that were sent before it heard of its end have been answered, too.
  expect(record).toMatchObject({ executor: 'constant-vus', requests: arrived, succeeded: arrived, dropped: 0, saturated: null });
  expect(samples).toHaveLength(arrived);
  expect(new Set(samples.map(({ lateMs }) => lateMs))).toEqual(new Set([0]));
  expect(connections).toBe(3);
});

test('each request goes on a connection of its own where none is to be used again', async () => {
  const { load } = await start(constantVUs({ vus: 2, noConnectionReuse: true, ...usual }));
  await until(() => arrived >= 20);
  const { requests } = await load.stop();
  expect(connections).toBe(requests);
});

test('a VU does so many iterations, and no more', async () => {
  const { load } = await start(constantVUs({ vus: 2, iterationsPerVU: 5, ...usual }));
  await until(() => arrived === 10);
  expect(await load.stop()).toMatchObject({ requests: 10, succeeded: 10 });
});

test('VUs come and go by the stages', async () => {
  holds = true;
  const stages = [
    { target: 5, durationMs: 400 },
    { target: 5, durationMs: 100 },
    { target: 2, durationMs: 100 },
  ];
  const { load } = await start(rampingVUs({ startVUs: 1, stages, ...usual }));
  await until(() => held.length === 1);
  await until(() => held.length === 5);
  expect(arrived).toBe(5);
  // All wait until the last stage is over; then those that are too many leave.
  await new Promise((resolve) => setTimeout(resolve, 700));
  release();
  await until(() => held.length === 2);
  release();
  await until(() => held.length === 2);
  expect(arrived).toBe(9);
  expect(await stop(load)).toMatchObject({ executor: 'ramping-vus', requests: arrived });
});

test('what is not answered when the graceful stop is over is cut, and counts as unanswered', async () => {
  holds = true;
  const { load } = await start(constantVUs({ vus: 2, ...usual, gracefulStopMs: 50 }));
  await until(() => held.length === 2);
  expect(await load.stop()).toMatchObject({ requests: 2, succeeded: 0, errors: { unanswered: 2 } });
});

test.each([
  [0, 1],
  [199, 2],
  [200, 3],
  [399, 4],
  [400, 5],
  [900, 5],
  [950, 3],
  [1000, 2],
  [99_000, 2],
])('after %i ms of the stages there are %i VUs', (elapsedMs, vus) => {
  const stages = [
    { target: 5, durationMs: 400 },
    { target: 5, durationMs: 500 },
    { target: 2, durationMs: 100 },
  ];
  expect(vusAt({ startVUs: 1, stages }, elapsedMs)).toBe(vus);
});
