import { controllerRevision, event, lease, namespace, node } from './cluster-kinds.ts';
import { configMap, secret, serviceAccount } from './configuration.ts';
import { deployment } from './deployment.ts';
import { endpointSlice, endpoints } from './endpoints.ts';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscalerV1 } from './horizontal-pod-autoscaler/v1.ts';
import { pod } from './pod/pod.ts';
import { replicaSet } from './replica-set.ts';
import type { Resource } from './resource.ts';
import { service } from './service.ts';
import { statefulSet } from './stateful-set.ts';

/** All kinds that the API server serves, in the order of discovery; of several versions the preferred one first. */
export const resources: Resource[] = [
  ...[configMap, endpoints, event, namespace, node, pod, secret, serviceAccount, service],
  ...[controllerRevision, deployment, replicaSet, statefulSet],
  ...[horizontalPodAutoscaler, horizontalPodAutoscalerV1, lease, endpointSlice],
];
