import { kindLabs } from '../one-node/node-record.ts';
import { type CreateNode, oneNodeClusters } from '../one-node/one-node-clusters.ts';
import { runProgram } from '../run-program.ts';
import { clusterConfig, createdLabel } from './cluster-config.ts';
import { keepOneDnsPod } from './one-dns-pod.ts';

const readyWithinS = 180;

/** Labs that are clusters of kind. */
export const { bringUp, clusterIfThere, takeDown } = oneNodeClusters({
  platform: 'kind',
  labs: kindLabs,
  isThere: async (name, signal) => (await runProgram('kind', ['get', 'clusters'], { signal })).split('\n').includes(name),
  create,
  remove: async (name) =>
    void (await runProgram('kind', ['delete', 'cluster', '--name', name, '--kubeconfig', kindLabs.kubeconfigOf(name)])),
  nodeSelector: createdLabel,
  imageNode: (_docker, name) => ({
    container: `${name}-control-plane`,
    load: async (images, signal) => void (await runProgram('kind', ['load', 'docker-image', ...images, '--name', name], { signal })),
  }),
});

async function create({ name, nodePorts, autoscalerSyncMs, nodeImage, signal, say }: CreateNode): Promise<void> {
  const words = ['--name', name, '--config', '-', '--kubeconfig', kindLabs.kubeconfigOf(name), '--wait', `${readyWithinS}s`];
  await runProgram('kind', ['create', 'cluster', ...words, ...(nodeImage === undefined ? [] : ['--image', nodeImage])], {
    input: clusterConfig({ nodePorts, autoscalerSyncMs }),
    onLine: say,
    signal,
  });
  await keepOneDnsPod(kindLabs.kubeconfigOf(name));
}
