import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { requireConsent, type Terminal } from './require-consent.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoplab-consent-'));
beforeAll(() => {
  process.env.KUBECONFIG = join(folder, 'kubeconfig');
  const context = { cluster: 'c', user: 'u' };
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', contexts: [{ name: 'prod', context }], 'current-context': 'prod' },
    ...{ clusters: [{ name: 'c', cluster: { server: 'https://prod.example:6443' } }], users: [{ name: 'u', user: { token: 't' } }] },
  };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(config));
});
afterAll(() => {
  delete process.env.KUBECONFIG;
  rmSync(folder, { recursive: true });
});

function terminal(typed: string | null, isTTY = true): Terminal & { said: () => string } {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  if (typed === null) input.end();
  else input.write(typed);
  return { input, output, said: () => String(output.read() ?? '') };
}

test.each(['y\n', 'Yes\n', ' y \n'])('%j agrees, after what will be done was said', async (typed) => {
  const asked = terminal(typed);
  await requireConsent('prod', ['It breaks things:', 'liveness: one Pod'], false, asked);
  expect(asked.said()).toContain(
    'Context prod (https://prod.example:6443) is a cluster that shoplab did not create.\n  It breaks things:\n  liveness: one Pod\n',
  );
});

test.each([
  ['n\n', 'UsageError'],
  ['\n', 'UsageError'],
  ['yep\n', 'UsageError'],
  [null, 'UsageError'],
  ['\u0003', 'Interrupted'],
])('%j does not: %s', async (typed, name) => {
  await expect(requireConsent('prod', [], false, terminal(typed))).rejects.toMatchObject({ name });
});

test('without a terminal --yes is asked for, and suffices', async () => {
  await expect(requireConsent('prod', [], false, terminal('y\n', false))).rejects.toMatchObject({ hint: 'add --yes' });
  await requireConsent('prod', [], true, terminal(null, false));
});
