import { existsSync } from 'node:fs';
import { readConfig } from './config.ts';

const terminal = { isTTY: true, columns: 120 };
const pipe = {};

test.each([
  ['a terminal', {}, terminal, { colourErr: true, live: true }],
  ['a pipe', {}, pipe, { colourErr: false, live: false }],
  ['a terminal with NO_COLOR', { NO_COLOR: '1' }, terminal, { colourErr: false, live: true }],
  ['a pipe with FORCE_COLOR', { FORCE_COLOR: '1' }, pipe, { colourErr: true, live: false }],
  ['a dumb terminal', { TERM: 'dumb' }, terminal, { colourErr: false, live: false }],
  ['a CI job with a terminal', { CI: 'true' }, terminal, { colourErr: true, live: false }],
])('%s', (_, env: NodeJS.ProcessEnv, stderr, expected) => {
  expect(readConfig(env, { stdout: pipe, stderr })).toMatchObject({ ...expected, colourOut: env.FORCE_COLOR === '1' });
});

test('finds the manifests, and the width', () => {
  const config = readConfig({}, { stdout: terminal, stderr: pipe });
  expect(existsSync(`${config.manifests}/base/kustomization.yaml`)).toBe(true);
  expect(config.columns).toBe(120);
  expect(readConfig({}, { stdout: pipe, stderr: pipe }).columns).toBe(100);
});
