import { CoreV1Api, KubeConfig, type V1Pod, type V1Service } from '@kubernetes/client-node';
import type { Cluster } from '../cluster/platform.ts';

export interface PodRow {
  namespace: string;
  name: string;
  /** `1/1` */
  ready: string;
  status: string;
  restarts: number;
}
export interface ServiceRow {
  namespace: string;
  name: string;
  /** Where it answers from outside the cluster; empty where it does not. */
  urls: string[];
}

/** What is in a lab now: its Pods as `kubectl get pods` shows them, and its Services with where they answer. */
export async function readLabContents({
  kubeconfig,
  nodePorts = {},
  namespaceLabels,
}: Pick<Cluster, 'kubeconfig' | 'nodePorts' | 'namespaceLabels'>): Promise<{ pods: PodRow[]; services: ServiceRow[] }> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const lists = namespaceLabels
    ? await Promise.all(
        (await namespacesWith(core, namespaceLabels)).map((namespace) =>
          Promise.all([core.listNamespacedPod({ namespace }), core.listNamespacedService({ namespace })]),
        ),
      )
    : [await Promise.all([core.listPodForAllNamespaces(), core.listServiceForAllNamespaces()])];
  return {
    pods: lists.flatMap(([pods]) => pods.items.map(podRow)),
    services: lists.flatMap(([, { items }]) => items.filter(({ spec }) => spec?.selector).map((one) => serviceRow(one, nodePorts))),
  };
}

async function namespacesWith(core: CoreV1Api, labels: Record<string, string>): Promise<string[]> {
  const labelSelector = Object.entries(labels)
    .map((pair) => pair.join('='))
    .join(',');
  return (await core.listNamespace({ labelSelector })).items.map(({ metadata }) => metadata?.name ?? '');
}

/** One Pod as a row; the status is the phase, or why it is not what the phase says. */
export function podRow(pod: V1Pod): PodRow {
  const containers = pod.status?.containerStatuses ?? [];
  const why = containers.map(({ state }) => state?.waiting?.reason ?? state?.terminated?.reason).find((reason) => reason !== undefined);
  return {
    namespace: pod.metadata?.namespace ?? '',
    name: pod.metadata?.name ?? '',
    ready: `${containers.filter(({ ready }) => ready).length}/${pod.spec?.containers.length ?? containers.length}`,
    status: pod.metadata?.deletionTimestamp ? 'Terminating' : (why ?? pod.status?.phase ?? 'Unknown'),
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
  };
}

/** One Service as a row; LoadBalancers answer at their ingress, or on localhost by a node port. */
export function serviceRow(service: V1Service, nodePorts: Record<number, number> = {}): ServiceRow {
  const hosts = (service.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) =>
    ip === '127.0.0.1' ? 'localhost' : (ip ?? hostname ?? ''),
  );
  const ports = (service.spec?.ports ?? []).map(({ port }) => port);
  const onLocalhost = (service.spec?.ports ?? []).filter(({ port, nodePort }) => nodePort !== undefined && nodePorts[port] === nodePort);
  return {
    namespace: service.metadata?.namespace ?? '',
    name: service.metadata?.name ?? '',
    urls: [
      ...hosts.flatMap((host) => ports.map((port) => `http://${host}:${port}`)),
      ...onLocalhost.map(({ port }) => `http://localhost:${port}`),
    ],
  };
}
