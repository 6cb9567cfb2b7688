import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import type { Cluster } from '../cluster/platform.ts';
import { registryStore } from '../cluster/platforms/context/registry-images.ts';
import { docker } from '../cluster/platforms/docker/docker.ts';
import { contentImages, publicImages } from '../cluster/platforms/docker/shop-images.ts';
import type { KubeClients } from '../experiments/engine/experiment.ts';
import { connectKube } from '../experiments/engine/kube/kube-clients.ts';
import { CliRuns } from './testing/cli-runs.ts';
import { startRegistry, type TestRegistry } from './testing/registry/registry.ts';

/** A cluster that was there before: its Pods are containers of the engine, so what they call their images is what the engine has to have. */
const folder = mkdtempSync(join(tmpdir(), 'shoplab-registry-'));
const name = `registry-${process.pid}`;
const runs = new CliRuns();
let registry: TestRegistry;
let cluster: Cluster;
let kube: KubeClients & { close(): void };

beforeAll(async () => {
  registry = await startRegistry(name);
  cluster = await docker.up({ name, life: 'owner' });
  kube = await connectKube(cluster.kubeconfig);
  const config = parse(readFileSync(cluster.kubeconfig, 'utf8'));
  const [{ context }] = config.contexts;
  writeFileSync(join(folder, 'kubeconfig'), stringify({ ...config, contexts: [{ name: 'theirs', context }] }));
  process.env.KUBECONFIG = join(folder, 'kubeconfig');
}, 180_000);
afterAll(async () => {
  delete process.env.KUBECONFIG;
  kube?.close();
  await cluster?.stop();
  await registry?.remove();
  runs.remove();
  rmSync(folder, { recursive: true });
}, 60_000);

/** A Deployment of each image, which does nothing. */
const manifest = (images: string[]): string =>
  images
    .map((image, number) => {
      const labels = { app: `it-${number}` };
      const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'it', image, command: ['sleep', 'infinity'] }] };
      return stringify({
        ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `it-${number}` } },
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      });
    })
    .join('---\n');

test('up gives the registry all images of the lab; Pods take those from there, and others as their manifests say', async () => {
  // Another tag of an image that a lab takes is no image of the lab's.
  const unknown = `node:not-known-${process.pid}`;
  await execa('docker', ['tag', 'node:24-slim', unknown]);
  try {
    writeFileSync(join(folder, 'kustomization.yaml'), 'resources: [it.yaml]\n');
    writeFileSync(join(folder, 'it.yaml'), manifest(['node:24-slim', 'postgres:18', unknown]));
    const words = ['--context', 'theirs', '--name', name, '--yes', '--image-registry', registry.name];
    const { code, err } = await runs.shoplab('up', '-k', folder, ...words);
    expect([code, code === 0 ? '' : err]).toEqual([0, '']);
    const wanted = [...contentImages().map(({ image }) => image), ...publicImages.map((image) => image.replace('ghcr.io/', ''))];
    const missing = await Promise.all(wanted.map(async (image) => ((await registry.has(image)) ? [] : [image])));
    expect(missing.flat()).toEqual([]);
    const { items } = await kube.request<{ items: { spec: { containers: { image: string }[] } }[] }>(
      'GET',
      `/api/v1/namespaces/shop-${name}/pods`,
    );
    const images = items.flatMap(({ spec }) => spec.containers).map(({ image }) => image);
    expect(images.sort()).toEqual([`${registry.name}/node:24-slim`, `${registry.name}/postgres:18`, unknown].sort());
    expect((await runs.shoplab('down', '--name', name)).code).toBe(0);
  } finally {
    await execa('docker', ['rmi', unknown]);
  }
}, 300_000);

test('an image that a run takes beside them gets there too, with a tag that lasts; one of that registry is there', async () => {
  const image = `shoplab/beside-${process.pid}:latest`;
  await execa('docker', ['tag', 'node:24-slim', image]);
  try {
    const { stdout: id } = await execa('docker', ['inspect', '--format', '{{.Id}}', image]);
    const [name, newTag] = [`shoplab/beside-${process.pid}`, `content-${id.replace('sha256:', '').slice(0, 16)}`];
    const store = registryStore(registry.name);
    expect(await store.bring?.(image)).toEqual([{ name: image, newName: `${registry.name}/${name}`, newTag }]);
    expect(await registry.has(`${name}:${newTag}`)).toBe(true);
    expect(await store.bring?.(`${registry.name}/mine:1`)).toEqual([]);
  } finally {
    await execa('docker', ['rmi', image]);
  }
}, 60_000);
