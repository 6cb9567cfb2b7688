import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../cluster/platform.ts';
import { local } from '../../cluster/platforms/local/local.ts';
import type { KubeClients } from './experiment.ts';
import { parseCores } from './kube/amounts.ts';
import { connectKube } from './kube/kube-clients.ts';
import { hasRoomFor } from './room.ts';

const folder = mkdtempSync(join(tmpdir(), 'room-'));
let cluster: Cluster;
let kube: KubeClients & { close(): void };
beforeAll(async () => {
  process.env.XDG_STATE_HOME = join(folder, 'state');
  cluster = await local.up({ name: 'room', life: 'owner' });
  kube = await connectKube(cluster.kubeconfig);
});
afterAll(async () => {
  kube?.close();
  await cluster?.stop();
  rmSync(folder, { recursive: true });
});

test('there is no room where a Pod has it, also one that waits for a node; from one on its way out it is free', async () => {
  const { items } = await kube.request<{ items: { status: { allocatable: { cpu: string } } }[] }>('GET', '/api/v1/nodes');
  const [cores = 0] = items.map(({ status }) => parseCores(status.allocatable.cpu));
  const containers = [{ name: 'it', image: 'node:24-slim', resources: { requests: { cpu: `${cores * 600}m` } } }];
  const variant = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'it' }, spec: { template: { spec: { containers } } } };
  const hasRoom = () => hasRoomFor(kube, [[variant]]);
  expect(await hasRoom()).toBe(true);

  const pods = '/api/v1/namespaces/default/pods';
  // It waits for a node that is not there, and goes when it is let.
  const metadata = { name: 'it', finalizers: ['shoplab.dev/held'] };
  await kube.request('POST', pods, { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, nodeSelector: { is: 'not-there' } } });
  expect(await hasRoom()).toBe(false);
  await kube.request('DELETE', `${pods}/it`);
  expect(await kube.request('GET', `${pods}/it`)).toMatchObject({ metadata: { deletionTimestamp: expect.any(String) } });
  expect(await hasRoom()).toBe(true);
  await kube.request('PATCH', `${pods}/it`, { metadata: { finalizers: null } }, 'application/merge-patch+json');
});
