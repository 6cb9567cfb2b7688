import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../cluster/platform.ts';
import { local } from '../../cluster/platforms/local/local.ts';
import type { KubeClients } from './experiment.ts';
import { connectKube } from './kube/kube-clients.ts';
import type { PlatformGone } from './lab-error.ts';
import { PlatformWatch } from './platform-watch.ts';

const folder = mkdtempSync(join(tmpdir(), 'platform-watch-'));
let cluster: Cluster;
let kube: KubeClients & { close(): void };
beforeAll(async () => {
  process.env.XDG_STATE_HOME = join(folder, 'state');
  cluster = await local.up({ name: 'platform-watch', life: 'owner' });
  kube = await connectKube(cluster.kubeconfig);
});
afterAll(async () => {
  kube?.close();
  await cluster?.stop();
  rmSync(folder, { recursive: true });
});

const node = async (name: string, ready: 'True' | 'False'): Promise<void> => {
  const conditions = [{ type: 'Ready', status: ready, reason: 'Told', message: `it is ${ready}` }];
  const body = { apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { conditions } };
  const path = '/api/v1/nodes';
  await kube.request('POST', path, body).catch(() => undefined); // it is there
  await kube.request('PATCH', `${path}/${name}/status`, { status: { conditions } }, 'application/merge-patch+json');
};

/** Watches while `work` is done and until a marker node has been told of; answers what was said to be gone. */
async function watched(hosts: string[], work: () => Promise<void>): Promise<string | undefined> {
  const ended = new AbortController();
  let gone: PlatformGone | undefined;
  const seen = new Set<string>();
  const watch = new PlatformWatch(kube, {
    onGone: (why) => {
      gone = why;
    },
    isHost: (name) => {
      seen.add(name);
      return hosts.includes(name);
    },
  });
  const following = watch.follow(ended.signal);
  await work();
  const marker = `marker-${Math.random().toString(36).slice(2)}`;
  await node(marker, 'False');
  while (!seen.has(marker)) await new Promise((resolve) => setTimeout(resolve, 10));
  ended.abort();
  await following;
  await kube.request('DELETE', `/api/v1/nodes/${marker}`);
  return gone?.message;
}

test('a node of others that is not ready is none of the lab’s business, whether it was so before or becomes so', async () => {
  await node('theirs', 'False');
  expect(await watched([], async () => undefined)).toBeUndefined();
  expect(
    await watched([], async () => {
      await node('theirs', 'True');
      await node('theirs', 'False');
    }),
  ).toBeUndefined();
});

test('one that the lab is on is', async () => {
  await node('ours', 'True');
  expect(await watched(['ours'], () => node('ours', 'False'))).toBe('node ours is not ready: it is False');
});
