import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chooseFiles, copyFiles, type FileSelection } from './collect-files.ts';
import { fitsGlob } from './file-globs.ts';

const source = mkdtempSync(join(tmpdir(), 'shoplab-collect-'));
const output = join(source, 'collected');
afterAll(() => rmSync(source, { recursive: true }));
for (const file of [
  'my-build1/my-file1.txt',
  'my-build2/my-file2.txt',
  'my-build2/my-subdirectory/my-file3.txt',
  'app.jar',
  'collected/old.txt',
]) {
  mkdirSync(dirname(join(source, file)), { recursive: true });
  writeFileSync(join(source, file), file);
}

test.each<[string, FileSelection, string[]]>([
  // The two examples of the AWS reference.
  ['a base directory', { files: ['*/my-file3.txt'], 'base-directory': 'my-build2' }, ['my-subdirectory/my-file3.txt']],
  [
    'base directories by a pattern, without paths',
    { files: ['**/*'], 'base-directory': 'my-build*', 'discard-paths': true },
    ['my-file1.txt', 'my-file2.txt', 'my-file3.txt'],
  ],
  ['one file', { files: ['app.jar'] }, ['app.jar']],
  ['a folder', { files: ['my-build2'] }, ['my-build2/my-file2.txt', 'my-build2/my-subdirectory/my-file3.txt']],
  ['files of a folder', { files: ['my-build2/*'] }, ['my-build2/my-file2.txt']],
  ['all of a folder', { files: ['my-build2/**/*'] }, ['my-build2/my-file2.txt', 'my-build2/my-subdirectory/my-file3.txt']],
  [
    'all but some, and never what was collected',
    { files: ['**/*'], 'exclude-paths': ['my-build2/**'] },
    ['app.jar', 'my-build1/my-file1.txt'],
  ],
  ['what is not there', { files: ['nothing/**/*', 'none.txt'] }, []],
  ['a base directory that is not there', { files: ['**/*'], 'base-directory': 'none' }, []],
])('%s', (_, selection, paths) => {
  const chosen = chooseFiles(source, selection, output);
  expect(chosen.map(({ to }) => to)).toEqual(paths);
});

test('what was chosen is copied', () => {
  const target = join(output, 'artifact');
  copyFiles(chooseFiles(source, { files: ['my-build1/**/*'] }, output), target);
  expect(readFileSync(join(target, 'my-build1/my-file1.txt'), 'utf8')).toBe('my-build1/my-file1.txt');
  expect(existsSync(join(target, 'app.jar'))).toBe(false);
});

test.each([
  ['a/b.c', '*', false],
  ['b.c', '*.c', true],
  ['bxc', 'b.c', false],
  ['a/b/c', '**/*', true],
  ['c', '**/*', true],
  ['a/b/c', 'a/**', true],
  ['a/bc', 'a/b?', true],
])('%s fits %s: %s', (path, glob, fits) => {
  expect(fitsGlob(path, glob)).toBe(fits);
});
