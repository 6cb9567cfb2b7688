import type { KubeObject } from './kube-object.ts';

/** Of a Deployment or StatefulSet, what readiness is decided by. */
export interface Workload extends KubeObject {
  metadata: KubeObject['metadata'] & { generation?: number };
  spec: { replicas?: number; selector: { matchLabels?: Record<string, string> } };
  status?: { observedGeneration?: number; replicas?: number; readyReplicas?: number; availableReplicas?: number; updatedReplicas?: number };
}

export interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state?: { waiting?: { reason?: string; message?: string }; running?: { startedAt?: string }; terminated?: Terminated };
  lastState?: { terminated?: Terminated };
}
export interface Terminated {
  exitCode: number;
  reason?: string;
  finishedAt?: string;
}

/** Of a container's manifest, what an experiment reads. Fields of probes are as the API has them: defaults filled in. */
export interface ContainerSpec {
  name: string;
  securityContext?: Record<string, unknown>;
  livenessProbe?: {
    initialDelaySeconds?: number;
    periodSeconds?: number;
    timeoutSeconds?: number;
    failureThreshold?: number;
    terminationGracePeriodSeconds?: number;
  };
  lifecycle?: { preStop?: { sleep?: { seconds: number }; exec?: object; httpGet?: object } };
}

export interface Pod extends KubeObject {
  metadata: KubeObject['metadata'] & { labels?: Record<string, string>; deletionTimestamp?: string; creationTimestamp?: string };
  spec?: {
    containers: ContainerSpec[];
    nodeName?: string;
    securityContext?: Record<string, unknown>;
    terminationGracePeriodSeconds?: number;
  };
  status?: {
    phase?: string;
    podIP?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string | null }[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

/** Of discovery.k8s.io/v1. */
export interface EndpointSlice extends KubeObject {
  endpoints?: { addresses: string[]; conditions?: { ready?: boolean }; targetRef?: { kind?: string; name?: string } }[] | null;
}

/** An Event of core/v1. */
export interface KubeEvent extends KubeObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  involvedObject: { kind?: string; name?: string; uid?: string };
}

/** Whether a condition of the Pod is True: `PodScheduled`, `Ready`. */
export const hasCondition = ({ status }: Pod, wanted: string): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === wanted && value === 'True') ?? false;

export const isPodReady = (pod: Pod): boolean => hasCondition(pod, 'Ready');

/** Whether a Pod belongs to a workload by its selector's labels. */
export const isPodOf = (pod: Pod, { spec }: Workload): boolean =>
  Object.entries(spec.selector.matchLabels ?? {}).every(([key, value]) => pod.metadata.labels?.[key] === value);
