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
  settle: (name) => keepOneDnsPod(kindLabs.kubeconfigOf(name)),
  nodeSelector: createdLabel,
  imageNode: (_docker, name) => ({
    container: `${name}-control-plane`,
    load: async (images, signal) => void (await runProgram('kind', ['load', 'docker-image', ...images, '--name', name], { signal })),
  }),
});

async function create({ name, nodePorts, autoscalerSyncMs, nodeImage, signal, say }: CreateNode): Promise<void> {
  const words = ['--name', name, '--config', '-', '--kubeconfig', kindLabs.kubeconfigOf(name), '--wait', `${readyWithinS}s`];
  const betweenNodes = new BetweenNodes(signal);
  await runProgram('kind', ['create', 'cluster', ...words, ...(nodeImage === undefined ? [] : ['--image', nodeImage])], {
    input: clusterConfig({ nodePorts, autoscalerSyncMs }),
    onLine: (line) => {
      betweenNodes.heard(line);
      say(line);
    },
    signal: betweenNodes.signal,
  });
}

/**
 * Passes on an abort when no node is just being made: the engine makes the container of one that it was asked for, whether kind is still there or
 * not, and it would come after all is removed.
 */
class BetweenNodes {
  private readonly passed = new AbortController();
  private isMaking = false;
  private readonly asked: AbortSignal | undefined;

  constructor(asked: AbortSignal | undefined) {
    this.asked = asked;
    asked?.addEventListener('abort', () => this.look(), { once: true });
    this.look();
  }

  get signal(): AbortSignal {
    return this.passed.signal;
  }

  /** kind says when it begins with its nodes, and when it has made them. */
  heard(line: string): void {
    if (line.startsWith('Preparing nodes')) this.isMaking = !this.isMaking;
    this.look();
  }

  private look(): void {
    if (this.asked?.aborted && !this.isMaking) this.passed.abort(this.asked.reason);
  }
}
