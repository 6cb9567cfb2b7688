import { writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { K3sContainer } from '@testcontainers/k3s';
import type Dockerode from 'dockerode';
import { isMissing } from '../../kubelet/runtimes/container/engine-images.ts';
import { PlatformUnavailable } from '../../platform.ts';
import { connectEngine, ignoreGone } from '../docker/engine.ts';
import { ensureImage } from '../docker/ensure-image.ts';
import { execInContainer } from '../one-node/exec-in-container.ts';
import { k3sLabs } from '../one-node/node-record.ts';
import { type CreateNode, oneNodeClusters } from '../one-node/one-node-clusters.ts';
import { k3sImage } from './k3s-image.ts';

/** On the node: that shoplab has created it. */
const createdLabel = 'shoplab.dev/created';
/** On its container: the lab's name. */
const containerLabel = 'shoplab.dev/k3s';
const apiPort = 6443;
const containerOf = (name: string): string => `shoplab-k3s-${name}`;

/** Labs that are clusters of k3s, started by testcontainers. */
export const { bringUp, clusterIfThere, takeDown } = oneNodeClusters({
  platform: 'k3s',
  labs: k3sLabs,
  bringsMetricsServer: true,
  isThere: async (name) => {
    try {
      await (await connectEngine()).getContainer(containerOf(name)).inspect();
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  },
  create,
  remove,
  nodeSelector: createdLabel,
  imageNode: (docker, name) => ({
    container: containerOf(name),
    load: async (images, signal) => {
      for (const image of images) {
        signal?.throwIfAborted();
        await load(docker, containerOf(name), image);
      }
    },
  }),
});

async function create({ name, life, nodePorts, autoscalerSyncMs, nodeImage = k3sImage, signal, say }: CreateNode): Promise<void> {
  const docker = await connectEngine();
  try {
    await ensureImage(docker, nodeImage, say);
  } catch (cause) {
    throw new PlatformUnavailable(
      `the engine cannot have image ${nodeImage}: ${(cause as Error).message}`,
      'name another one by --node-image',
      {
        cause,
      },
    );
  }
  const container = new K3sOnLoopback(nodeImage)
    .withName(containerOf(name))
    .withLabels({ [containerLabel]: name })
    // testcontainers' reaper ends it when this process is gone, and all others that it is shared with; a lab of `up` stays.
    .withAutoCleanup(life === 'owner')
    .withExposedPorts(...Object.entries(nodePorts).map(([host, container]) => ({ container, host: Number(host) })))
    .withCommand([
      'server',
      // Services answer at node ports, as on kind.
      '--disable=traefik,servicelb',
      `--node-label=${createdLabel}=true`,
      `--kube-controller-manager-arg=horizontal-pod-autoscaler-sync-period=${autoscalerSyncMs}ms`,
    ]);
  signal?.throwIfAborted();
  // Without it the start ends soon.
  const onAbort = (): void => void remove(name).catch(() => undefined);
  signal?.addEventListener('abort', onAbort, { once: true });
  const started = await container.start().finally(() => signal?.removeEventListener('abort', onAbort));
  signal?.throwIfAborted();
  // testcontainers may take another address of this machine for the engine's, at which nothing is published.
  const server = `https://127.0.0.1:${started.getMappedPort(apiPort)}`;
  writeFileSync(k3sLabs.kubeconfigOf(name), started.getKubeConfig().replace(/server: .*/, `server: ${server}`), { mode: 0o600 });
}

/** Whose ports are this machine's alone. */
class K3sOnLoopback extends K3sContainer {
  protected override async beforeContainerCreated(): Promise<void> {
    await super.beforeContainerCreated();
    for (const bindings of Object.values((this.hostConfig.PortBindings ?? {}) as Record<string, { HostIp?: string }[]>))
      for (const binding of bindings) binding.HostIp = '127.0.0.1';
  }
}

async function remove(name: string): Promise<void> {
  await (await connectEngine()).getContainer(containerOf(name)).remove({ force: true, v: true }).catch(ignoreGone);
}

/** From the engine's store into that of the node. */
async function load(docker: Dockerode, container: string, image: string): Promise<void> {
  const saved = await docker.getImage(image).get();
  const { code, err } = await execInContainer(
    docker,
    container,
    ['ctr', '--namespace', 'k8s.io', 'images', 'import', '-'],
    saved as Readable,
  );
  if (code !== 0) throw new Error(`image ${image} cannot be loaded into the node: ${err.trim()}`);
}
