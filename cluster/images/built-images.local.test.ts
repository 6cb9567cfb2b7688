import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuiltImages } from './built-images.ts';
import { loadImages } from './images.ts';

const folder = mkdtempSync(join(tmpdir(), 'built-images-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'Dockerfile');
const context = join(folder, 'context');

test('what was built goes before the table, at once and for every reader', () => {
  writeFileSync(file, 'FROM node:20\nWORKDIR /app\nARG DEFECT=none\nENV DEFECT=$DEFECT\nWORKDIR dist\nRUN make\nCMD ["node", "main.js"]\n');
  const images = loadImages([], new BuiltImages(join(folder, 'images')));
  const tag = 'shoplab/product:1.1.0';
  expect(images.find(tag)?.command).toEqual(['node', 'dist/bundles/product/main.mjs']);
  const notDone = new BuiltImages(join(folder, 'images')).build({ tag, context, file, buildArgs: { DEFECT: 'crash' } });
  expect(notDone).toEqual(['line 6: RUN make']);
  const built = {
    command: ['node', 'main.js'],
    args: [],
    env: { DEFECT: 'crash' },
    folder: join(context, 'dist'),
    node: true,
    mounts: false,
  };
  expect(images.find(tag)).toEqual(built);
  expect(images.find(`docker.io/${tag}`)).toEqual(built);
  expect(images.find('shoplab/product:1.0.0')?.env).toEqual({});
});

test('an image outlives a context that was made of links', () => {
  const program = join(folder, 'program');
  const links = join(folder, 'links');
  for (const one of [program, links]) mkdirSync(one);
  symlinkSync(program, join(links, 'dist'));
  const images = new BuiltImages(join(folder, 'images'));
  images.build({ tag: 'shoplab/product:2.0.0', context: links, file, buildArgs: {} });
  rmSync(links, { recursive: true });
  expect(images.find('shoplab/product:2.0.0')?.folder).toBe(realpathSync(program));
});

test('an image needs a name that is one', () => {
  expect(() => new BuiltImages(folder).build({ tag: 'Not A Name', context, file, buildArgs: {} })).toThrow("'Not A Name' is no name");
});
