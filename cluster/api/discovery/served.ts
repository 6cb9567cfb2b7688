import type { Resource } from '../../resources/resource.ts';

/** What discovery tells of a resource. */
export type Served = Pick<
  Resource,
  'group' | 'version' | 'kind' | 'plural' | 'singular' | 'namespaced' | 'verbs' | 'shortNames' | 'categories' | 'subresources'
>;

const nothing = { shortNames: [], categories: [], subresources: [] };
const metrics = { group: 'metrics.k8s.io', version: 'v1beta1', singular: '', verbs: ['get', 'list'], ...nothing };
const review = { version: 'v1', namespaced: false, verbs: ['create'], ...nothing };
const access = { group: 'authorization.k8s.io', ...review };

/** Resources that are not stored: measured when asked for, or decided at once. */
export const virtual: Served[] = [
  { ...metrics, kind: 'NodeMetrics', plural: 'nodes', namespaced: false },
  { ...metrics, kind: 'PodMetrics', plural: 'pods', namespaced: true },
  { ...access, kind: 'SelfSubjectAccessReview', plural: 'selfsubjectaccessreviews', singular: 'selfsubjectaccessreview' },
  { ...access, kind: 'SelfSubjectRulesReview', plural: 'selfsubjectrulesreviews', singular: 'selfsubjectrulesreview' },
  { ...review, group: 'authentication.k8s.io', kind: 'SelfSubjectReview', plural: 'selfsubjectreviews', singular: 'selfsubjectreview' },
];

export interface Subresource {
  /** Empty group and version: those of the resource. Absent kind: that of the resource. */
  group: string;
  version: string;
  kind?: string;
  verbs: string[];
}
const own = { group: '', version: '' };

/** The subresources that this server answers; one that a kind names but is not here is not served. */
export const subresources: Record<string, Subresource> = {
  status: { ...own, verbs: ['get', 'patch', 'update'] },
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
  log: { ...own, verbs: ['get'] },
  exec: { ...own, kind: 'PodExecOptions', verbs: ['create', 'get'] },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  binding: { ...own, kind: 'Binding', verbs: ['create'] },
  proxy: { ...own, kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
  finalize: { ...own, verbs: ['update'] },
};

/** The subresources of a resource that this server answers. */
export const subresourcesOf = (resource: Pick<Resource, 'subresources'>): [string, Subresource][] =>
  resource.subresources.flatMap((name) => (subresources[name] ? [[name, subresources[name]] as [string, Subresource]] : []));
