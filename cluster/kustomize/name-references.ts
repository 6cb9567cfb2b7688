import { isObject, type JsonObject } from '../api/object.ts';
import { type Entry, identityOf, type Manifest } from './entry.ts';

/** Where an object names another: a path, through lists, to the object that has the name in `field`. */
interface Reference {
  kind: string;
  path: string[];
  field: string;
}

/** `containers/env/valueFrom/configMapKeyRef.name` */
function reference(kind: string, text: string): Reference {
  const path = text.split(/[/.]/);
  return { kind, path: path.slice(0, -1), field: path.at(-1) ?? '' };
}

const inContainers = (kind: string, text: string): Reference[] =>
  ['containers', 'initContainers'].map((containers) => reference(kind, `${containers}/${text}`));

const ofPodSpec = [
  ...inContainers('ConfigMap', 'env/valueFrom/configMapKeyRef.name'),
  ...inContainers('ConfigMap', 'envFrom/configMapRef.name'),
  ...inContainers('Secret', 'env/valueFrom/secretKeyRef.name'),
  ...inContainers('Secret', 'envFrom/secretRef.name'),
  reference('ConfigMap', 'volumes/configMap.name'),
  reference('ConfigMap', 'volumes/projected/sources/configMap.name'),
  reference('Secret', 'volumes/secret.secretName'),
  reference('Secret', 'volumes/projected/sources/secret.name'),
  reference('Secret', 'imagePullSecrets.name'),
  reference('PersistentVolumeClaim', 'volumes/persistentVolumeClaim.claimName'),
];
/** ReplicaSets are left out of these by kustomize. */
const ofMostPodSpecs = [
  { kind: 'ServiceAccount', path: [], field: 'serviceAccountName' },
  { kind: 'PriorityClass', path: [], field: 'priorityClassName' },
];

const podSpecs: Record<string, string[]> = {
  Pod: ['spec'],
  PodTemplate: ['template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};
for (const kind of ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job', 'ReplicationController'])
  podSpecs[kind] = ['spec', 'template', 'spec'];

const ofKind: Record<string, Reference[]> = {
  StatefulSet: [reference('Service', 'spec.serviceName')],
  ServiceAccount: [reference('Secret', 'imagePullSecrets.name')],
  PersistentVolumeClaim: [reference('PersistentVolume', 'spec.volumeName'), reference('StorageClass', 'spec.storageClassName')],
  Ingress: [
    reference('Service', 'spec/rules/http/paths/backend/service.name'),
    reference('Service', 'spec/defaultBackend/service.name'),
    reference('Secret', 'spec/tls.secretName'),
    reference('IngressClass', 'spec.ingressClassName'),
  ],
};

/** Calls `visit` with each object that names another, and the kind of what it names. */
function visitReferences(object: Manifest, visit: (holder: JsonObject, field: string, kind: string) => void): void {
  const podSpec = podSpecs[object.kind];
  const inPodSpec = object.kind === 'ReplicaSet' ? ofPodSpec : [...ofPodSpec, ...ofMostPodSpecs];
  const references = [
    ...(podSpec ? inPodSpec.map((each) => ({ ...each, path: [...podSpec, ...each.path] })) : []),
    ...(ofKind[object.kind] ?? []),
  ];
  for (const { kind, path, field } of references) walk(object, path, (holder) => visit(holder, field, kind));
  // These say themselves what kind they name.
  const typed: Record<string, string[]> = {
    HorizontalPodAutoscaler: ['spec', 'scaleTargetRef'],
    RoleBinding: ['roleRef'],
    ClusterRoleBinding: ['roleRef'],
  };
  const byKind = (holder: JsonObject): void => visit(holder, 'name', String(holder.kind));
  const path = typed[object.kind];
  if (path) walk(object, path, byKind);
  if (object.kind.endsWith('RoleBinding'))
    walk(object, ['subjects'], (holder) => {
      if (holder.kind === 'ServiceAccount') byKind(holder);
    });
}

function walk(node: unknown, path: string[], visit: (holder: JsonObject) => void): void {
  if (Array.isArray(node)) for (const item of node) walk(item, path, visit);
  if (!isObject(node)) return;
  const [key, ...rest] = path;
  if (key === undefined) visit(node);
  else walk(node[key], rest, visit);
}

/** After names have changed: whatever is named by a former name of something among the entries is named by its name of now. */
export function mendReferences(entries: Entry[]): void {
  for (const { object } of entries) {
    const { namespace } = identityOf(object);
    visitReferences(object, (holder, field, kind) => {
      const name = holder[field];
      if (typeof name !== 'string') return;
      const ofThatKind = entries.filter((entry) => entry.object.kind === kind && isNear(entry, namespace));
      if (ofThatKind.some((entry) => entry.object.metadata.name === name)) return;
      const found =
        ofThatKind.find(({ former }) => former[0]?.name === name) ??
        ofThatKind.find(({ former }) => former.some((was) => was.name === name));
      if (found) holder[field] = found.object.metadata.name;
    });
  }
}

/** Objects name others of their own namespace, and those that are in none. */
const isNear = ({ object }: Entry, namespace: string): boolean => !object.metadata.namespace || identityOf(object).namespace === namespace;
