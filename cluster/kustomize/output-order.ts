import { groupOf, type Manifest, versionOf } from './entry.ts';

/** What others need comes first (kustomize's SortOrderTransformer, order `legacy`). */
const first = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

const rank = (kind: string): number => (first.includes(kind) ? first.indexOf(kind) - first.length : last.indexOf(kind) + 1);

/** In the order of `kubectl kustomize`: by kind, then by namespace and name. */
export const inOutputOrder = (objects: Manifest[]): Manifest[] =>
  [...objects].sort((one, other) => rank(one.kind) - rank(other.kind) || compare(keyOf(one), keyOf(other)));

const keyOf = ({ apiVersion, kind, metadata }: Manifest): string =>
  `${groupOf(apiVersion) || '~G'}_${versionOf(apiVersion)}_${kind}|${metadata.namespace || '~X'}|${metadata.name}`;

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
