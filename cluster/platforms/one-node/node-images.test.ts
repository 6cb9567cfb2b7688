import { isInNode } from './node-images.ts';

const [config, manifest, other] = ['sha256:c0', 'sha256:e1', 'sha256:0f'];

test.each([
  ['the node has none of that name', config, undefined, undefined, false],
  ['both call it by its configuration', config, config, undefined, true],
  ['the node has other content', config, other, undefined, false],
  ['the engine calls it by its manifest, and nothing was loaded yet', manifest, config, undefined, false],
  ['the engine calls it by its manifest, and it was loaded', manifest, config, { engine: manifest, node: config }, true],
  ['the engine has other content than was loaded', other, config, { engine: manifest, node: config }, false],
  ['the node has other content than was loaded', manifest, other, { engine: manifest, node: config }, false],
  ['the node has lost what was loaded', manifest, undefined, { engine: manifest, node: config }, false],
])('%s', (_name, engine, node, loaded, isThere) => {
  expect(isInNode(engine, node, loaded)).toBe(isThere);
});
