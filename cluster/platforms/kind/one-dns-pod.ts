import { AppsV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';

/** Two Pods of CoreDNS on one node protect from nothing, and on two cores the room that the second requests is one that a shop needs. */
export async function keepOneDnsPod(kubeconfig: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  await config
    .makeApiClient(AppsV1Api)
    .patchNamespacedDeploymentScale(
      { name: 'coredns', namespace: 'kube-system', body: { spec: { replicas: 1 } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
}
