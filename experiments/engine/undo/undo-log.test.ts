import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UndoEntry } from '../experiment.ts';
import { isOwnerAlive, ownerProcess } from '../owner-process.ts';
import { readUndoLogs, UndoLog, undoFolder } from './undo-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'undo-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const entry = (fault: string): UndoEntry => ({ fault, operation: 'scale', namespace: 'x', arguments: { replicas: 1 } });

test('what is planned is on disk before anything else happens, for its owner alone', () => {
  const log = new UndoLog(folder, 'run');
  log.plan(entry('a'));
  expect(readFileSync(log.file, 'utf8')).toContain('"fault":"a"');
  expect(statSync(log.file).mode & 0o077).toBe(0);
  expect(statSync(undoFolder(folder)).mode & 0o077).toBe(0);
});

test('what is not undone is read back, the last first', () => {
  const log = new UndoLog(folder, 'run');
  log.plan(entry('a'));
  const b = log.plan(entry('b'));
  log.plan(entry('c'));
  log.undone(b);
  expect(log.pending().map((one) => one.entry.fault)).toEqual(['c', 'a']);
  expect(readUndoLogs(folder)).toMatchObject([{ owner: ownerProcess(), pending: [entry('c'), entry('a')] }]);
});

test('a log stays until all is undone', () => {
  const log = new UndoLog(folder, 'run');
  const a = log.plan(entry('a'));
  log.close();
  expect(existsSync(log.file)).toBe(true);
  log.undone(a);
  log.close();
  expect(readUndoLogs(folder)).toEqual([]);
});

test('a line that was cut short told of nothing that was begun', () => {
  const log = new UndoLog(folder, 'run');
  log.plan(entry('a'));
  appendFileSync(log.file, '{"planned":2,"entr');
  expect(readUndoLogs(folder)[0]?.pending).toEqual([entry('a')]);
});

test('there is nothing to undo where nothing ever ran', () => {
  expect(readUndoLogs(join(folder, 'absent'))).toEqual([]);
});

test('a process is known by its start time too, so a reused pid is not taken for it', () => {
  expect(isOwnerAlive(ownerProcess() ?? '')).toBe(true);
  expect(isOwnerAlive(`${process.pid}:1`)).toBe(false);
  expect(isOwnerAlive('999999999:1')).toBe(false);
});
