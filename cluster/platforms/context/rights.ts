/** A rule of a role, as RBAC has it. */
export interface Right {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/**
 * What a lab asks of a cluster that others use too, and no more; manifests/rbac.yaml has the same. Namespaces have names that are not known
 * beforehand, so rights on what is in them are for all; what the lab does it does in its own alone.
 */
export const rightsOfLab: Right[] = [
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'create', 'delete'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['get', 'create', 'update'] },
  { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['create'] },
  // The last is for all at once, when a namespace goes.
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'create', 'delete', 'deletecollection'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  // By a WebSocket, which is a get; from Kubernetes 1.35 on it takes create as well.
  { apiGroups: [''], resources: ['pods/exec'], verbs: ['get', 'create'] },
  // As the chaos port of the shop and the API of Toxiproxy are asked.
  { apiGroups: [''], resources: ['pods/proxy'], verbs: ['get', 'create', 'patch', 'delete'] },
  // By which a pipeline asks what it has rolled out.
  { apiGroups: [''], resources: ['services/proxy'], verbs: ['get'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list', 'watch'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'] },
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get', 'list', 'watch', 'create', 'update'] },
  { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get', 'patch'] },
  // In which a pipeline finds what it takes a rollout back to.
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['list'] },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['get', 'create', 'update'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['list'] },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['create', 'delete'] },
  // For the Pod that undoes everything when the lab's process is gone: get is not the lab's own, but who gives a right has to have it.
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'patch'] },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
    verbs: ['create'],
  },
];
