import { stringify } from 'yaml';

export interface ClusterConfig {
  /** Ports of 127.0.0.1, each with the node port that answers there. */
  nodePorts: Record<number, number>;
  autoscalerSyncMs: number;
}

/** On the nodes of clusters that shoplab has created. */
export const createdLabel = 'shoplab.dev/created';

/** How often the kubelet looks what containers use; its usual 10 s come before each figure that an autoscaler sees. */
const housekeepingInterval = '5s';

/** What `kind create cluster --config` reads: one node, whose node ports answer on 127.0.0.1. */
export function clusterConfig({ nodePorts, autoscalerSyncMs }: ClusterConfig): string {
  const patches = [
    {
      kind: 'ClusterConfiguration',
      // Nothing in such a cluster has to outlive its machine, and a slow disk would slow down every change of an object.
      etcd: { local: { extraArgs: { 'unsafe-no-fsync': 'true' } } },
      controllerManager: { extraArgs: { 'horizontal-pod-autoscaler-sync-period': `${autoscalerSyncMs}ms` } },
    },
    { kind: 'InitConfiguration', nodeRegistration: { kubeletExtraArgs: { 'housekeeping-interval': housekeepingInterval } } },
  ];
  return stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [
      {
        role: 'control-plane',
        labels: { [createdLabel]: 'true' },
        extraPortMappings: Object.entries(nodePorts).map(([hostPort, containerPort]) => ({
          containerPort,
          hostPort: Number(hostPort),
          listenAddress: '127.0.0.1',
          protocol: 'TCP',
        })),
        kubeadmConfigPatches: patches.map((patch) => stringify(patch)),
      },
    ],
  });
}
