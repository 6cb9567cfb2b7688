import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LoadSummary } from '../experiments/load/load-summary.ts';
import { CliRuns } from './testing/cli-runs.ts';

const runs = new CliRuns();
let server: Server;
let origin = '';
/** What came, in the order in which it came. */
const requests: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }[] = [];
let answer: (response: ServerResponse, url: string) => void = () => undefined;
let connections = 0;

beforeAll(async () => {
  server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    const { method, url, headers } = incoming;
    requests.push({ ...(method && { method }), ...(url && { url }), headers, body });
    answer(response, url ?? '');
  }).listen(0, '127.0.0.1');
  server.on('connection', () => (connections += 1));
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  runs.remove();
});
beforeEach(() => {
  requests.length = 0;
  connections = 0;
  answer = (response) => void response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"1"}');
});

async function load(...words: string[]): Promise<{ code: number | null; summary: LoadSummary; err: string }> {
  // What is asked here does not depend on how busy this machine is.
  const { code, out, err } = await runs.shoplab('load', ...words, '--max-lateness', '20s', '--json');
  return { code, summary: JSON.parse(out) as LoadSummary, err };
}
const indexes = () => requests.map(({ body }) => (JSON.parse(body) as { n: number }).n).sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

test('at a rate each request is sent once, and all that are due, by however many processes', async () => {
  const words = ['--rate', '40', '--duration', '1500ms', '--body', '{"n": {{index}}, "id": "{{uuid}}"}', '--seed', '5'];
  const { code, summary } = await load(`${origin}/orders`, ...words);
  expect(indexes()).toEqual(upTo(60));
  const first = requests.map(({ body }) => body).sort();
  expect(summary).toMatchObject({ requests: 60, succeeded: 60, dropped: 0, statuses: { 201: 60 }, bytes: 600, seed: 5, outcome: 'passed' });
  expect(summary.sendingMs).toBe(1500);
  expect(requests[0]).toMatchObject({ method: 'POST', url: '/orders', headers: { 'content-type': 'application/json' } });
  expect(code).toBe(0);

  requests.length = 0;
  expect((await load(`${origin}/orders`, ...words, '--workers', '3')).summary).toMatchObject({ requests: 60, settings: { workers: 3 } });
  // The same seed says the same, whoever sends it.
  expect(requests.map(({ body }) => body).sort()).toEqual(first);
});

test('what is due in the warm-up is sent and not counted', async () => {
  const { summary } = await load(origin, '--rate', '50', '--warm-up', '600ms', '--duration', '1s');
  expect(requests).toHaveLength(80);
  expect(summary).toMatchObject({ requests: 50, sendingMs: 1000 });
  expect(summary.series.map(({ second, requests: count }) => [second, count])).toEqual([[0, 50]]);
});

test('users share their number among processes, and a ramp of them ends with its last stage', async () => {
  const { summary } = await load(origin, '--vus', '3', '--workers', '2', '--duration', '500ms');
  expect(connections).toBe(3);
  expect(summary).toMatchObject({ executor: 'constant-vus', requests: requests.length, succeeded: requests.length, latenessMs: null });
  const ramp = await load(origin, '--stage', '300ms:4,200ms:4');
  expect(ramp.summary).toMatchObject({ executor: 'ramping-vus', sendingMs: 500, settings: { maxVUs: 4 } });
  expect(connections).toBe(7);
});

test('rows are taken in turn, also in the path', async () => {
  writeFileSync(join(runs.folder, 'rows.csv'), 'name,product\n"Lee, Kim",1\nÖz,2\n');
  await load(`${origin}/products/{{csv.product}}`, '--csv', 'rows.csv', '--body', '{{csv.name}}', '--rate', '10', '--duration', '400ms');
  expect(requests.map(({ url, body }) => `${url} ${body}`).sort()).toEqual([
    '/products/1 Lee, Kim',
    '/products/1 Lee, Kim',
    '/products/2 Öz',
    '/products/2 Öz',
  ]);
});

test('latency counts from when a request was due: a stall is in it, and a broken threshold exits with 4', async () => {
  const held: ServerResponse[] = [];
  // The first waits until ten more are due.
  answer = (response) => {
    held.push(response);
    if (requests.length < 12) return;
    for (const one of held.splice(0)) one.end();
  };
  const words = ['--rate', '20', '--duration', '1s', '--threshold', 'max<400', '--threshold', 'http_req_failed:rate<0.5'];
  const { code, summary } = await load(origin, ...words);
  expect(summary.latencyMs?.max).toBeGreaterThanOrEqual(550);
  expect(summary.thresholds.map(({ text, holds }) => [text, holds])).toEqual([
    ['max<400', false],
    ['http_req_failed:rate<0.5', true],
  ]);
  expect(summary).toMatchObject({ outcome: 'failed', reason: '1 of 2 thresholds did not hold: max<400' });
  expect(code).toBe(4);
});

test('failures are told apart, and what is not expected is one', async () => {
  answer = (response, url) => {
    if (url === '/reset') response.socket?.resetAndDestroy();
    else if (url === '/busy') response.writeHead(503).end();
    else if (url !== '/silent') response.end();
  };
  writeFileSync(join(runs.folder, 'paths.csv'), 'path\nreset\nbusy\nsilent\nfine\n');
  const { summary } = await load(
    `${origin}/{{csv.path}}`,
    ...['--csv', 'paths.csv', '--rate', '40', '--duration', '500ms', '--timeout', '300ms', '--threshold', 'rate<0.9'],
  );
  expect(summary.errors).toEqual({ reset: 5, 'status 503': 5, timeout: 5 });
  expect(summary.statuses).toEqual({ 0: 10, 200: 5, 503: 5 });
  expect(summary.outcome).toBe('passed');
});

test('where nobody answers nothing was measured: exit code 3', async () => {
  const { code, summary } = await load('127.0.0.1:1', '--rate', '20', '--duration', '500ms', '--threshold', 'p(95)<1000');
  expect(summary).toMatchObject({ outcome: 'inconclusive', errors: { refused: 10 } });
  expect(code).toBe(3);
});

test('a system too slow for the VUs is another load than was asked for: exit code 3', async () => {
  answer = () => undefined;
  const { code, summary } = await load(
    origin,
    ...['--rate', '50', '--duration', '1s', '--max-vus', '2', '--timeout', '5s', '--graceful-stop', '10ms', '--threshold', 'count>0'],
  );
  expect(summary).toMatchObject({ dropped: 48, errors: { unanswered: 2 } });
  expect(code).toBe(3);
});

test('Ctrl-C ends it, tells what was seen, and leaves no process', async () => {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = process.env;
  const bin = fileURLToPath(new URL('../dist/cli/bin.js', import.meta.url));
  const child = spawn(process.execPath, [bin, 'load', origin, '--rate', '50', '--duration', '10m'], { env, detached: true });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  while (requests.length < 10) await once(server, 'request');
  // As a terminal does it: to the whole group.
  process.kill(-(child.pid ?? 0), 'SIGINT');
  const [code] = await once(child, 'close');
  expect(out).toMatch(/\n {2}requests +\d\d /);
  expect(out).toContain('passed (ended early by SIGINT): no threshold was set');
  expect(err).toContain('GET http://127.0.0.1:');
  expect(code).toBe(130);
  expect(groupMembers(child.pid ?? 0)).toEqual([]);
});

test('a generator that dies ends the load at once, with how: exit code 1', async () => {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = process.env;
  const bin = fileURLToPath(new URL('../dist/cli/bin.js', import.meta.url));
  const child = spawn(process.execPath, [bin, 'load', origin, '--rate', '50', '--duration', '10m', '--workers', '2'], {
    env,
    detached: true,
  });
  let err = '';
  child.stderr.on('data', (text) => (err += text));
  while (requests.length < 10) await once(server, 'request');
  const [generator] = groupMembers(child.pid ?? 0).filter((pid) => pid !== child.pid);
  process.kill(generator ?? 0, 'SIGKILL');
  const [code] = await once(child, 'close');
  expect(err).toContain('a load generator ended unexpectedly: SIGKILL');
  expect(code).toBe(1);
  // The kernel may take a moment with those that were killed.
  while (groupMembers(child.pid ?? 0).length > 0) await pause(20);
});

/** Processes of a group. */
const groupMembers = (group: number): number[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && groupOf(pid) === group)
    .map(Number);

/** The process group of a process; undefined where it is gone. */
function groupOf(pid: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[2]);
  } catch {
    return undefined;
  }
}

test("siege's words give siege's load and siege's summary", async () => {
  const target = `${origin}/orders POST {"productId": 1}`;
  const { code, out } = await runs.shoplab('load', '-c2', '-r4', '-v', '--content-type', 'application/vnd.shop+json', target);
  expect(code).toBe(0);
  expect(requests).toHaveLength(8);
  // A connection for each, as siege comes.
  expect(connections).toBe(8);
  for (const one of requests)
    expect(one).toMatchObject({
      method: 'POST',
      url: '/orders',
      body: '{"productId": 1}',
      headers: { 'content-type': 'application/vnd.shop+json', connection: 'close' },
    });
  const lines = out.split('\n');
  expect(
    lines.filter((line) => /^HTTP\/1\.1 201 {5}\d\.\d\d secs: {6}10 bytes ==> POST http:\/\/127\.0\.0\.1:\d+\/orders$/.test(line)),
  ).toHaveLength(8);
  // As siege 4.0.7 prints it: labels, columns and units.
  expect(out.slice(out.indexOf('Transactions:')).replaceAll(/ *\d+\.\d\d/g, ({ length }) => '#'.padStart(length))).toBe(
    [
      'Transactions:                      8 hits',
      'Availability:                      # %',
      'Elapsed time:                      # secs',
      'Data transferred:                  # MB',
      'Response time:                     # secs',
      'Transaction rate:                  # trans/sec',
      'Throughput:                        # MB/sec',
      'Concurrency:                       #',
      'Successful transactions:           8',
      'Failed transactions:               0',
      'Longest transaction:               #',
      'Shortest transaction:              #',
      '',
      '',
    ].join('\n'),
  );
});

test.each([
  ['no URL', [], 'Missing 1 required arg'],
  ['a URL of something else', ['ftp://h/x'], "'ftp://h/x' is no URL of http or https"],
  ['a method that is none', ['http://h/ PUSH x'], 'PUSH is no method of HTTP'],
  ['two tongues', ['h', '-c2', '--duration', '3s'], "--duration is k6's word"],
  ['a threshold that is none', ['h', '--threshold', 'p95<3'], "'p95<3' is no threshold"],
  ['a placeholder that is none', ['h/{{guid}}'], '{{guid}} is not known'],
  ['rows that are not there', ['h', '--csv', 'nowhere.csv'], 'rows cannot be read from nowhere.csv'],
  ['a header that is none', ['h', '--header', 'x'], "'x' is no header"],
  ['a status that is none', ['h', '--expect', '2xx'], "'2xx' is no status"],
  ['a body that is not there', ['h', '--body', '@nowhere.json'], 'the body cannot be read from nowhere.json'],
])('%s is refused before anything is sent', async (_title, words, message) => {
  const { code, out, err } = await runs.shoplab('load', ...words);
  expect(err).toContain(message);
  expect(out).toBe('');
  expect(code).toBe(2);
});
