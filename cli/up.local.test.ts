import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'dist/cli/bin.js');
const lab = 'cli-test';
const scratch = mkdtempSync(join(tmpdir(), 'shoplab-up-'));
/** Of its own: other tests have labs in the common one at the same time. */
const stateHome = join(scratch, 'state');
const state = join(stateHome, 'shoplab', lab);
afterAll(async () => {
  await shoplab('down', '--name', lab);
  rmSync(scratch, { recursive: true });
});

async function shoplab(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = process.env;
  const child = spawn(process.execPath, [bin, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, XDG_STATE_HOME: stateHome },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

async function listen(port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, () => listen()));
  for (const { server } of held) server.close();
  return held.map(({ port }) => port);
}

/** The shop at ports of the test's own, so that it does not meet a lab that is up on this machine. */
function overlay(name: string, ports: Record<string, number>, more = ''): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  const patches = Object.entries(ports).map(
    ([service, port]) => `  - target: {kind: Service, name: ${service}}
    patch: |
      - {op: replace, path: /spec/ports/0/port, value: ${port}}
`,
  );
  const base = relative(folder, join(root, 'manifests/base'));
  writeFileSync(join(folder, 'kustomization.yaml'), `resources:\n  - ${base}\npatches:\n${patches.join('')}${more}`);
  return folder;
}

test('a lab goes up, answers on localhost, is up the second time, and goes down with nothing left', async () => {
  const [order = 0, delivery = 0, product = 0] = await freePorts(3);
  const folder = overlay('good', { order, delivery, product });
  const first = await shoplab('up', '--name', lab, '-k', folder);
  expect(first).toMatchObject({ code: 0, out: expect.stringContaining(`export KUBECONFIG=${state}/kubeconfig`) });
  expect(first.out).toContain(`http://localhost:${order}`);
  expect(first.err).toContain('waiting until all Pods are Ready');

  const answer = await fetch(`http://localhost:${order}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ productId: 1, quantity: 3, customerId: 'a@b.c' }),
  });
  expect(answer.status).toBe(201);

  const { pods } = JSON.parse((await shoplab('status', '--name', lab, '--json')).out);
  expect(pods.map(({ ready, status }: { ready: string; status: string }) => `${ready} ${status}`)).toEqual(Array(5).fill('1/1 Running'));

  expect(await shoplab('up', '--name', lab, '-k', folder, '--json')).toMatchObject({
    code: 0,
    out: expect.stringContaining('"started": false'),
  });
  const otherwise = await shoplab('up', '--name', lab, '-k', folder, '--hpa-sync-period', '5s');
  expect(otherwise).toMatchObject({ code: 2, err: expect.stringContaining('its autoscalers look every 15 s, and every 5 s is asked for') });
  expect(otherwise.err).toContain(`shoplab down --name ${lab}`);
  expect((await fetch(`http://localhost:${order}/orders`)).status).toBe(200);
  expect(await shoplab('down', '--name', lab)).toMatchObject({ code: 0, out: expect.stringContaining(`ended lab ${lab}`) });
  expect(existsSync(state)).toBe(false);
  await expect(fetch(`http://localhost:${order}/orders`)).rejects.toThrow();
}, 120_000);

test('a port that is taken exits with 5, says whose and what to do, and starts nothing', async () => {
  const { server, port } = await listen();
  const [delivery = 0, product = 0] = await freePorts(2);
  const { code, err } = await shoplab('up', '--name', lab, '-k', overlay('taken', { order: port, delivery, product }));
  server.close();
  expect(err).toContain(`a port is taken by another program: 127.0.0.1:${port} (Service order)`);
  expect(err).toContain('Try this: end what listens there');
  expect(code).toBe(5);
  expect(existsSync(state)).toBe(false);
}, 60_000);

test('a shop that cannot start exits with 1, says which Pod and why, and leaves nothing', async () => {
  const [order = 0, delivery = 0, product = 0] = await freePorts(3);
  const images = 'images:\n  - {name: shoplab/order, newName: shoplab/not-there}\n';
  const { code, err } = await shoplab('up', '--name', lab, '-k', overlay('broken', { order, delivery, product }, images));
  expect(err).toMatch(/Error: .*order/);
  expect(err).toContain('shoplab/not-there');
  expect(code).toBe(1);
  expect(existsSync(state)).toBe(false);
}, 120_000);

test('`down` clears away what a killed run has left that used the name, on whichever platform, and leaves that of a living one', async () => {
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'close');
  const ofRun = (pid: number | undefined): string => join(stateHome, 'shoplab', `${lab}-${pid}`);
  for (const pid of [gone.pid, process.pid]) mkdirSync(ofRun(pid), { recursive: true });
  try {
    const { code, out } = await shoplab('down', '--name', lab);
    expect([code, out]).toEqual([0, `left by a run that was killed: removed the state of lab ${lab}-${gone.pid}, which was not running\n`]);
    expect([existsSync(ofRun(gone.pid)), existsSync(ofRun(process.pid))]).toEqual([false, true]);
  } finally {
    rmSync(ofRun(process.pid), { recursive: true });
  }
});

test('a folder that is no kustomization is bad usage', async () => {
  expect(await shoplab('up', '--name', lab, '-k', scratch)).toMatchObject({
    code: 2,
    err: expect.stringContaining('it has no kustomization.yaml'),
  });
  expect(await shoplab('up', '--overlay', 'nope')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--overlay async-decoupling/treatment'),
  });
});
