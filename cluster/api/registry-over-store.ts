import type { LabNetwork } from '../network.ts';
import type { Resource } from '../resources/resource.ts';
import { conflict } from './api-error.ts';
import { at, type KubeObject, timestamp } from './object.ts';
import type { Change, Kind, Kinds, Registry } from './registry.ts';
import { EventRecorder } from './store/event-recorder.ts';
import { Objects } from './store/objects.ts';
import { groupVersion } from './store/served-resources.ts';
import { collectionOf } from './store/store.ts';

/** The Registry of one lab, with what its own parts need beyond the contract. */
export interface LabRegistry extends Registry {
  /** The same objects for kinds that the contract does not name, and for requests over HTTPS. */
  readonly objects: Objects;
  /** Takes `kubernetes` from spec.finalizers: for the namespace controller, when a Terminating Namespace is empty. It goes then. */
  finalizeNamespace(name: string): void;
  /** Kinds with a namespace: what the namespace controller has to empty and the garbage collector to look through. */
  namespacedKinds(): string[];
  /** As `list`, for any kind that is served (Event among them). */
  listAny(kind: string, namespace?: string): KubeObject[];
  /** As `delete`, for any kind that is served. */
  deleteAny(kind: string, namespace: string, name: string, options?: Parameters<Registry['delete']>[3]): void;
  /** As `watch`, for any kind that is served. */
  watchAny(kind: string, listener: (change: Change) => void): () => void;
  /** As `update`, for any kind that is served: finalizers and owner references are the garbage collector's on all kinds. */
  updateAny(object: KubeObject): KubeObject;
}

export interface RegistryOptions {
  resources: readonly Resource[];
  network: LabNetwork;
  /** Milliseconds since the epoch; Date.now if absent. */
  now?: () => number;
  /** From 0 to below 1, for generated names; Math.random if absent. */
  random?: () => number;
}

/** An empty Kubernetes in memory: Namespaces default, kube-system and kube-public, and nothing else. */
export function createRegistry(options: RegistryOptions): LabRegistry {
  const now = options.now ?? Date.now;
  const objects = new Objects(options);
  const events = new EventRecorder(objects, now);
  const resourceOf = (kind: string): Resource => objects.served.get(kind);
  const plain = (value: unknown): KubeObject => structuredClone(value) as KubeObject;

  const registry: LabRegistry = {
    objects,
    get: <K extends Kind>(kind: K, namespace: string, name: string) =>
      objects.get(resourceOf(kind), namespace, name) as unknown as Kinds[K],
    find: <K extends Kind>(kind: K, namespace: string, name: string) =>
      objects.find(resourceOf(kind), namespace, name) as unknown as Kinds[K] | undefined,
    list: <K extends Kind>(kind: K, namespace = '') => objects.list(resourceOf(kind), namespace) as unknown as Kinds[K][],
    create: (kind, draft) => {
      const resource = resourceOf(kind);
      const object = { ...plain(draft), apiVersion: groupVersion(resource), kind };
      return objects.create(resource, object) as unknown as Kinds[typeof kind];
    },
    update: (kind, object) => objects.update(resourceOf(kind), plain(object)) as unknown as Kinds[typeof kind],
    updateStatus: (kind, object) => objects.updateStatus(resourceOf(kind), plain(object)) as unknown as Kinds[typeof kind],
    delete: (kind, namespace, name, deletion) => void objects.delete(resourceOf(kind), namespace, name, deletion),
    bind: (namespace, pod, node) => bind(objects, namespace, pod, node, now()) as unknown as Kinds['Pod'],
    watch: (kind, listener) => registry.watchAny(kind, listener as unknown as (change: Change) => void),
    event: (about, event) => events.record(about, event),
    finalizeNamespace: (name) => finalizeNamespace(objects, name),
    namespacedKinds: () => objects.served.all.filter((each) => each.namespaced && !each.conversion).map((each) => each.kind),
    listAny: (kind, namespace = '') => objects.list(resourceOf(kind), namespace),
    deleteAny: (kind, namespace, name, deletion) => void objects.delete(resourceOf(kind), namespace, name, deletion),
    watchAny: (kind, listener) =>
      objects.store.watch(collectionOf(resourceOf(kind)), undefined, ({ type, object, before }) =>
        listener({ type, object, ...(before && { before }) }),
      ),
    updateAny: (object) => objects.update(resourceOf(object.kind), plain(object)),
  };
  if (objects.served.find('Namespace')) {
    for (const name of ['default', 'kube-system', 'kube-public']) registry.create('Namespace', { metadata: { name } });
  }
  return registry;
}

/** pkg/registry/core/pod/storage/storage.go assignPod. Throws 404, 409. */
export function bind(objects: Objects, namespace: string, name: string, node: string, nowMs: number, dryRun = false): KubeObject {
  const resource = objects.served.get('Pod');
  const pod = objects.get(resource, namespace, name);
  const binding = { group: '', plural: 'pods/binding' };
  if (pod.metadata.deletionTimestamp) throw conflict(binding, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  const assigned = at(pod, 'spec', 'nodeName');
  if (assigned) throw conflict(binding, name, `pod ${name} is already assigned to node "${assigned}"`);
  const conditions = ((at(pod, 'status', 'conditions') as { type: string; status: string; lastTransitionTime?: string }[]) ?? []).slice();
  const index = conditions.findIndex((condition) => condition.type === 'PodScheduled');
  const was = conditions[index];
  const observed = pod.metadata.generation && { observedGeneration: pod.metadata.generation };
  const lastTransitionTime = was?.status === 'True' ? was.lastTransitionTime : timestamp(nowMs);
  const scheduled = { type: 'PodScheduled', ...observed, status: 'True', lastProbeTime: null, lastTransitionTime };
  conditions.splice(index < 0 ? conditions.length : index, index < 0 ? 0 : 1, scheduled as (typeof conditions)[number]);
  const bound = { ...pod, spec: { ...(pod.spec as object), nodeName: node }, status: { ...(pod.status as object), conditions } };
  return objects.put(resource, bound, pod, { dryRun });
}

function finalizeNamespace(objects: Objects, name: string): void {
  const resource = objects.served.get('Namespace');
  const before = objects.get(resource, '', name);
  const { finalizers: _, ...spec } = (before.spec ?? {}) as { finalizers?: string[] };
  objects.put(resource, { ...before, spec }, before);
}
