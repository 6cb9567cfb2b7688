import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import type { Cluster } from '../cluster/platform.ts';
import { local } from '../cluster/platforms/local/local.ts';
import type { KubeClients } from '../experiments/engine/experiment.ts';
import { connectKube } from '../experiments/engine/kube/kube-clients.ts';
import { edit } from './testing/cli-runs.ts';
import { bin } from './testing/program.ts';

/** A cluster that others use too: that it is one of ours plays no part, for the one who comes by its kubeconfig. */
const folder = mkdtempSync(join(tmpdir(), 'shoplab-context-'));
const kubeconfig = join(folder, 'kubeconfig');
let cluster: Cluster;
let kube: KubeClients & { close(): void };

beforeAll(async () => {
  process.env.XDG_STATE_HOME = join(folder, 'owner');
  cluster = await local.up({ name: 'foreign', life: 'owner' });
  kube = await connectKube(cluster.kubeconfig);
  const config = parse(readFileSync(cluster.kubeconfig, 'utf8'));
  const [{ context }] = config.contexts;
  config.contexts = ['theirs', 'another'].map((name) => ({ name, context }));
  writeFileSync(kubeconfig, stringify({ ...config, 'current-context': 'another' }));
  writeFileSync(join(folder, 'kustomization.yaml'), 'resources: [settings.yaml]\n');
  writeFileSync(join(folder, 'settings.yaml'), settings());
});
afterAll(async () => {
  kube?.close();
  await cluster?.stop();
  rmSync(folder, { recursive: true });
});
const settings = (more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings${more}}\ndata: {}\n`;

const shoplab = (...words: string[]) => shoplabOf('user', ...words);
/** The CLI as one of those types it who share the cluster, each on a machine of their own. */
async function shoplabOf(user: string, ...words: string[]): Promise<{ code: number | undefined; out: string; err: string }> {
  const { FORCE_COLOR: _colour, NODE_OPTIONS: _options, ...env } = process.env;
  const { exitCode, stdout, stderr } = await execa(process.execPath, [bin, ...words], {
    env: { ...env, KUBECONFIG: kubeconfig, XDG_STATE_HOME: join(folder, user) },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  return { code: exitCode, out: stdout, err: stderr };
}
const up = (...words: string[]) => shoplab('up', '--context', 'theirs', '-k', folder, ...words);

async function shopOne(): Promise<{ uid: string; phase: string }> {
  const { metadata, status } = await kube.request<{ metadata: { uid: string }; status: { phase: string } }>(
    'GET',
    '/api/v1/namespaces/shop-one',
  );
  return { uid: metadata.uid, phase: status.phase };
}

async function namespaces(): Promise<string[]> {
  const { items } = await kube.request<{ items: { metadata: { name: string } }[] }>('GET', '/api/v1/namespaces');
  return items.map(({ metadata }) => metadata.name).sort();
}

describe('a lab', () => {
  afterEach(async () => {
    await Promise.all(['one', 'two'].map((name) => shoplab('down', '--name', name)));
    expect(await namespaces()).toEqual(['default', 'kube-public', 'kube-system']);
  });

  test('two labs are in one cluster at once, each in its namespace, and go one at a time', async () => {
    expect(await up('--name', 'one', '--yes')).toMatchObject({ code: 0, out: expect.stringContaining('kubectl -n shop-one get') });
    expect((await up('--name', 'two', '--yes')).code).toBe(0);
    expect(await namespaces()).toEqual(expect.arrayContaining(['shop-one', 'shop-two']));
    expect((await shoplab('status', '--name', 'one')).out).toContain('lab one on platform context is up');
    expect(await shoplab('down', '--name', 'one')).toMatchObject({ code: 0, out: 'deleted namespace shop-one of context theirs' });
    expect(await namespaces()).toContain('shop-two');
    expect(await namespaces()).not.toContain('shop-one');
    expect((await shoplab('down', '--name', 'one')).out).toBe('lab one is not up');
  });

  test('labs of one name on two machines do not touch each other', async () => {
    expect((await up('--name', 'one', '--yes')).code).toBe(0);
    const before = await shopOne();
    const colleague = (...words: string[]) => shoplabOf('colleague', ...words);
    expect(await colleague('up', '--context', 'theirs', '-k', folder, '--name', 'one', '--yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining("namespace shop-one is there and is not this lab's"),
    });
    // A lab of the same name that is theirs, and has nothing left.
    expect((await colleague('up', '--context', 'theirs', '-k', folder, '--name', 'two', '--yes')).code).toBe(0);
    const labs = join(folder, 'colleague/shoplab/.context');
    cpSync(join(labs, 'two'), join(labs, 'one'), { recursive: true });
    edit(join(labs, 'one/lab.json'), '"name":"two"', '"name":"one"');
    for (const name of ['one', 'two']) expect((await colleague('down', '--name', name)).code).toBe(0);
    expect(await shopOne()).toEqual(before);
  });

  test('nothing is done to it without consent, and it is said what would be', async () => {
    const { code, err } = await up('--name', 'one');
    expect(code).toBe(2);
    expect(err).toMatch(
      /^Context theirs \(https:\/\/127\.[\d.]+:\d+\) is a cluster that shoplab did not create\.\n {2}It makes namespace shop-one,/,
    );
    expect(err).toContain('add --yes');
    const run = await shoplab('run', 'liveness', '--context', 'theirs');
    expect(run.code).toBe(2);
    expect(run.err).toContain('liveness: Service product; one Pod of product');
  });

  test('a namespace that is not the lab’s is left alone', async () => {
    await kube.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop-one' } });
    try {
      expect(await up('--name', 'one', '--yes')).toMatchObject({
        code: 2,
        err: expect.stringContaining("namespace shop-one is there and is not this lab's"),
      });
      const { items } = await kube.request<{ items: { metadata: { name: string } }[] }>('GET', '/api/v1/namespaces/shop-one/configmaps');
      expect(items.map(({ metadata }) => metadata.name)).not.toContain('settings');
      await shoplab('down', '--name', 'one');
      expect(await namespaces()).toContain('shop-one');
    } finally {
      await kube.request('DELETE', '/api/v1/namespaces/shop-one');
      while ((await namespaces()).includes('shop-one')) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  test('what is for kube-system is refused, and nothing is left', async () => {
    writeFileSync(join(folder, 'settings.yaml'), settings(', namespace: kube-system'));
    try {
      const { code, err } = await up('--name', 'one', '--yes');
      expect(code).toBe(1);
      expect(err).toContain('ConfigMap settings is for namespace kube-system: a lab changes no namespace but its own');
      expect(await namespaces()).toEqual(['default', 'kube-public', 'kube-system']);
    } finally {
      writeFileSync(join(folder, 'settings.yaml'), settings());
    }
  });

  test('a lab is on one context; doctor says whether it can be', async () => {
    expect((await up('--name', 'one', '--yes')).code).toBe(0);
    for (const words of [
      ['run', 'liveness'],
      ['up', '-k', folder],
    ]) {
      const ended = await shoplab(...words, '--context', 'another', '--name', 'one', '--yes');
      expect(ended.err).toMatch(/lab one is (up|on) in context theirs|lab one is on context theirs/);
      expect([2, 5]).toContain(ended.code);
    }
    const doctor = await shoplab('doctor', '--context', 'theirs');
    expect(doctor).toMatchObject({ code: 0, out: expect.stringMatching(/✓ API server: https.*\n✓ rights: all that a lab asks for/) });
  });
});

test.each([
  [['up', '--context', 'nowhere'], 5, "no context 'nowhere'\nTry this: choose one of: theirs, another"],
  [['doctor', '--context', 'nowhere'], 5, ''],
  [['run', 'liveness', '--platform', 'kind', '--context', 'theirs'], 2, 'mean different clusters'],
  [['up', '--platform', 'context'], 2, 'with --context NAME'],
] as const)('%j ends with %i', async (words, code, told) => {
  const ended = await shoplab(...words);
  expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(told)]);
});
