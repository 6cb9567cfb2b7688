/** Where the API has a kind: the path below the server, without a name. Kinds that the lab's own manifests use. */
const places: Record<string, string> = {
  Namespace: 'namespaces',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
  Pod: 'pods',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  ReplicaSet: 'replicasets',
  Job: 'jobs',
  CronJob: 'cronjobs',
  Ingress: 'ingresses',
  NetworkPolicy: 'networkpolicies',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  PodDisruptionBudget: 'poddisruptionbudgets',
  Role: 'roles',
  RoleBinding: 'rolebindings',
};

/** Path of a collection. Throws where the kind is not known. */
export function collectionPath(apiVersion: string, kind: string, namespace: string): string {
  const plural = places[kind];
  if (!plural) throw new Error(`objects of kind ${kind} (${apiVersion}) cannot be applied: known are ${Object.keys(places).join(', ')}`);
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return kind === 'Namespace' ? `${base}/${plural}` : `${base}/namespaces/${namespace}/${plural}`;
}

/** Order in which objects are created: what others need comes first. */
export const creationOrder = (kind: string): number => {
  const first = [
    'Namespace',
    'ServiceAccount',
    'ConfigMap',
    'Secret',
    'PersistentVolumeClaim',
    'Role',
    'RoleBinding',
    'NetworkPolicy',
    'Service',
    'StatefulSet',
    'Deployment',
  ];
  const at = first.indexOf(kind);
  return at < 0 ? first.length : at;
};
