import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ContainerLog } from './container-log.ts';
import { readLog } from './read-log.ts';

let folder: string;
let now = Date.parse('2026-01-02T03:04:05.678Z');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (rotateAtBytes?: number) => new ContainerLog(join(folder, '0.log'), () => now, rotateAtBytes);
const read = (log: ContainerLog, selection = {}) =>
  text(readLog(log, { follow: false, timestamps: false, ...selection }, AbortSignal.timeout(10_000)));

test('each line has its time, its stream, and whether it is whole', () => {
  const log = open();
  log.write('stdout', Buffer.from('one\ntw'));
  log.write('stderr', Buffer.from('oops\n'));
  log.write('stdout', Buffer.from('o\nthree'));
  log.end();
  const time = '2026-01-02T03:04:05.678000000Z';
  expect(readFileSync(join(folder, '0.log'), 'utf8')).toBe(
    `${time} stdout F one\n${time} stderr F oops\n${time} stdout F two\n${time} stdout F three\n`,
  );
});

test('a long line is stored in parts and read whole', async () => {
  const log = open();
  const line = 'é'.repeat(30_000);
  log.write('stdout', Buffer.from(`${line}\nend\n`));
  expect(await read(log)).toBe(`${line}\nend\n`);
  log.end();
});

test('no more than twice the limit is kept, the newest', async () => {
  const log = open(1000);
  for (let line = 0; line < 200; line += 1) log.write('stdout', Buffer.from(`line ${line}\n`));
  const lines = (await read(log)).trimEnd().split('\n');
  expect(lines.at(-1)).toBe('line 199');
  expect(lines.length).toBeLessThan(60);
  expect(statSync(join(folder, '0.log')).size + statSync(join(folder, '0.log.1')).size).toBeLessThanOrEqual(2000);
  log.remove();
});

test('selection by time, tail and bytes, with times in front', async () => {
  const log = open();
  log.write('stdout', Buffer.from('old\n'));
  now += 60_000;
  log.write('stdout', Buffer.from('new\nnewer\n'));
  log.end();
  expect(await read(log, { sinceTimeMs: now })).toBe('new\nnewer\n');
  expect(await read(log, { tailLines: 2, limitBytes: 5 })).toBe('new\nn');
  expect(await read(log, { tailLines: 0 })).toBe('');
  expect(await read(log, { tailLines: 1, timestamps: true })).toBe('2026-01-02T03:05:05.678000000Z newer\n');
});

test('a follower gets what is there, what comes, and the end; an aborted one stops', async () => {
  const log = open();
  log.write('stdout', Buffer.from('before\n'));
  const followed = read(log, { follow: true });
  const abort = new AbortController();
  const aborted = readLog(log, { follow: true, timestamps: false }, abort.signal);
  const closed = new Promise((resolve) => aborted.once('close', resolve));
  abort.abort();
  await closed;
  log.write('stdout', Buffer.from('after\n'));
  log.end();
  expect(await followed).toBe('before\nafter\n');
  expect(await read(log, { follow: true })).toBe('before\nafter\n');
});
