import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAtomically } from './atomic-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atomic-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const files = (content: Record<string, string>) =>
  new Map(Object.entries(content).map(([name, text]) => [name, { content: Buffer.from(text), mode: 0o640 }]));

test('names are links through ..data, which turns to the new files in one step; the old ones go', () => {
  writeAtomically(folder, files({ a: '1', 'deep/b': '2' }));
  expect(readFileSync(join(folder, 'deep/b'), 'utf8')).toBe('2');
  expect(readlinkSync(join(folder, 'a'))).toBe('..data/a');
  const first = readlinkSync(join(folder, '..data'));
  writeAtomically(folder, files({ a: '3', c: '4' }));
  expect([readFileSync(join(folder, 'a'), 'utf8'), readFileSync(join(folder, 'c'), 'utf8')]).toEqual(['3', '4']);
  const second = readlinkSync(join(folder, '..data'));
  expect(second).not.toBe(first);
  expect(readdirSync(folder).sort()).toEqual([second, '..data', 'a', 'c'].sort());
  expect(lstatSync(join(folder, second, 'a')).mode & 0o777).toBe(0o640);
});

test('a volume without files is an empty folder', () => {
  writeAtomically(folder, files({}));
  expect(readdirSync(folder).filter((name) => !name.startsWith('..'))).toEqual([]);
});
