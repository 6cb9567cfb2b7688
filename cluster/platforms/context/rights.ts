/** A rule of a role, as RBAC has it. */
export interface Right {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const read = ['get', 'list', 'watch'];
const own = [...read, 'create', 'update', 'patch', 'delete'];

/**
 * What a lab asks of a cluster that others use too, and no more; manifests/rbac.yaml has the same. Namespaces have names that are not known
 * beforehand, so rights on what is in them are for all; what the lab does it does in its own alone.
 */
export const rightsOfLab: Right[] = [
  { apiGroups: [''], resources: ['namespaces'], verbs: [...read, 'create', 'delete'] },
  { apiGroups: [''], resources: ['nodes'], verbs: read },
  { apiGroups: [''], resources: ['configmaps', 'secrets', 'services', 'serviceaccounts'], verbs: own },
  { apiGroups: [''], resources: ['pods'], verbs: [...own, 'deletecollection'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods/exec'], verbs: ['get', 'create'] },
  { apiGroups: [''], resources: ['pods/proxy'], verbs: ['get', 'create', 'update', 'patch', 'delete'] },
  // By which a pipeline asks what it has rolled out.
  { apiGroups: [''], resources: ['services/proxy'], verbs: ['get'] },
  { apiGroups: [''], resources: ['events'], verbs: read },
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: own },
  { apiGroups: ['apps'], resources: ['deployments/scale', 'statefulsets/scale'], verbs: ['get', 'update', 'patch'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: read },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: own },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
  { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['get', 'list'] },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['create', 'delete'] },
  // For the Pod that undoes everything when the lab's process is gone: it gets rights that its maker has.
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'patch'] },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
    verbs: ['create'],
  },
];
