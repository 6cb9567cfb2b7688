import type {
  CoreV1Event,
  V1ConfigMap,
  V1ControllerRevision,
  V1Deployment,
  V1EndpointSlice,
  V1Endpoints,
  V1Lease,
  V1Namespace,
  V1Node,
  V1Pod,
  V1ReplicaSet,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { KubeObject, Stored } from './object.ts';

/** The kinds that controllers and kubelet work on, by name. */
export interface Kinds {
  ConfigMap: Stored<V1ConfigMap>;
  ControllerRevision: Stored<V1ControllerRevision>;
  Deployment: Stored<V1Deployment>;
  Endpoints: Stored<V1Endpoints>;
  EndpointSlice: Stored<V1EndpointSlice>;
  Event: Stored<CoreV1Event>;
  HorizontalPodAutoscaler: Stored<V2HorizontalPodAutoscaler>;
  Lease: Stored<V1Lease>;
  Namespace: Stored<V1Namespace>;
  Node: Stored<V1Node>;
  Pod: Stored<V1Pod>;
  ReplicaSet: Stored<V1ReplicaSet>;
  Secret: Stored<V1Secret>;
  Service: Stored<V1Service>;
  ServiceAccount: Stored<V1ServiceAccount>;
  StatefulSet: Stored<V1StatefulSet>;
}
export type Kind = keyof Kinds;

/** What a client sends to create: no uid, version or time yet. */
export type Draft<K extends Kind> = Omit<Kinds[K], 'metadata' | 'apiVersion' | 'kind'> & {
  metadata: Partial<Kinds[K]['metadata']>;
};

/** One write, as watchers see it. `before` is the object as it was, absent for ADDED. */
export interface Change<T = KubeObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
  before?: T;
}

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** Precondition: 409 where the object is another one of the same name. */
  uid?: string;
}

export interface EventDraft {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** source.component, for example `kubelet` or `deployment-controller`. */
  component: string;
  /** For example `spec.containers{app}`. */
  fieldPath?: string;
}

/**
 * The API without HTTP: what controllers, kubelet and proxy use. The same defaulting, validation, conflict detection and deletion rules hold
 * as for a request over HTTPS. All calls are synchronous (the store is in memory) and throw ApiError (404 NotFound, 409 Conflict,
 * 409 AlreadyExists, 422 Invalid). Objects that come out are shared and frozen in spirit: copy before changing. `namespace` is '' for
 * kinds without one.
 */
export interface Registry {
  get<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K];
  find<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] | undefined;
  /** All objects of the kind, of one namespace where given. */
  list<K extends Kind>(kind: K, namespace?: string): Kinds[K][];
  create<K extends Kind>(kind: K, draft: Draft<K>): Kinds[K];
  /** Replaces all but status; conflicts where metadata.resourceVersion is given and old. Writes nothing where nothing differs. */
  update<K extends Kind>(kind: K, object: Kinds[K]): Kinds[K];
  /** Replaces status, and annotations with it, as Kubernetes' status strategies let controllers do; the generation stays. */
  updateStatus<K extends Kind>(kind: K, object: Kinds[K]): Kinds[K];
  delete(kind: Kind, namespace: string, name: string, options?: DeleteOptions): void;
  /** Binds a Pod to a node: spec.nodeName and condition PodScheduled True. For the scheduler (the binding subresource). */
  bind(namespace: string, pod: string, node: string): Kinds['Pod'];
  /** Calls `listener` with ADDED for what is there, then with each change, each time after the write is complete. Answers how to stop. */
  watch<K extends Kind>(kind: K, listener: (change: Change<Kinds[K]>) => void): () => void;
  /** Lets a terminating Namespace go once it is empty: the namespace controller's last act. */
  finalizeNamespace(name: string): void;
  /** Records a core/v1 Event about an object; equal ones are folded (count, lastTimestamp) as client-go's recorder does. */
  event(about: KubeObject, event: EventDraft): void;
}
