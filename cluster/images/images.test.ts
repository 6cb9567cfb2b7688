import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadImages } from './images.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'images-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test.each([
  ['shoplab/order:0.1.0', 'dist/bundles/order/main.mjs', true],
  ['shoplab/product', 'dist/bundles/product/main.mjs', true],
  ['postgres:18', 'dist/cluster/images/postgres/main.js', false],
  ['docker.io/library/postgres:18.4', 'dist/cluster/images/postgres/main.js', false],
  ['apache/kafka:4.1.2', 'dist/cluster/images/kafka/main.js', false],
  ['ghcr.io/shopify/toxiproxy:2.12.0', 'dist/cluster/images/toxiproxy/main.js', true],
])('%s runs %s in the package', (reference, program, node) => {
  expect(loadImages().find(reference)).toMatchObject({ command: ['node', program], node, folder: process.cwd() });
});

test.each(['postgres:180', 'postgres:17', 'shoplab/orders', 'nobody/knows:1', 'Not A Name'])('%s is unknown', (reference) => {
  expect(loadImages().find(reference)).toBeUndefined();
});

test('a file of the user adds images, which run in its folder, and goes before the lab and earlier files', () => {
  const first = file('a.yaml', 'me/app: { command: [node, a.js], args: [--x] }\nshoplab/order:2: { command: [./order.sh] }');
  const second = file('b.yaml', 'me/*: { command: [node, b.js], node: false, folder: sub }');
  const images = loadImages([first, second]);
  expect(images.find('me/app:1')).toEqual({
    command: ['node', 'b.js'],
    args: [],
    env: {},
    node: false,
    mounts: false,
    folder: join(folder, 'sub'),
  });
  expect(images.find('shoplab/order:2')).toMatchObject({ command: ['./order.sh'], node: false, folder });
  expect(images.find('shoplab/order:1')?.command[1]).toBe('dist/bundles/order/main.mjs');
  expect(images.files.slice(1)).toEqual([first, second]);
});

test('every problem of every file is named', () => {
  const first = file('a.yaml', 'me/app: { command: [], nod: true }\nyou/app: { command: node }');
  const second = file('b.yaml', 'a: [');
  expect(() => loadImages([first, second, join(folder, 'none.yaml')])).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(
        /none\.yaml: ENOENT[\s\S]*b\.yaml: [\s\S]*line 1[\s\S]*a\.yaml: me\/app\.command: [\s\S]*a\.yaml: me\/app: .*nod[\s\S]*a\.yaml: you\/app\.command: /,
      ),
    }),
  );
});
