import type { Registry } from '../api/registry.ts';
import { startDeploymentController } from './deployment/deployment-controller.ts';
import { startEndpointSliceController } from './endpoint-slice/endpoint-slice-controller.ts';
import { startGarbageCollector } from './garbage-collector/garbage-collector.ts';
import { startHorizontalPodAutoscalerController, type Usage } from './horizontal-pod-autoscaler/horizontal-pod-autoscaler-controller.ts';
import { startNamespaceController } from './namespace/namespace-controller.ts';
import { startReplicaSetController } from './replica-set/replica-set-controller.ts';
import { startScheduler } from './scheduler/scheduler.ts';
import { startStatefulSetController } from './stateful-set/stateful-set-controller.ts';

export interface ControllerOptions {
  now?: () => number;
  log?: (line: string) => void;
  /** What Pods use, for the autoscaler; absent: it finds no metrics. It may throw while there is no node to ask. */
  usage?: Usage;
  /** How often each autoscaler looks; 15 s if absent, as kube-controller-manager has it. */
  autoscalerSyncMs?: number;
}

/** Starts every controller and the scheduler over one registry: what kube-controller-manager and kube-scheduler are. */
export function startControllers(
  registry: Registry,
  { now = Date.now, log = () => undefined, usage, autoscalerSyncMs }: ControllerOptions = {},
): { stop(): void } {
  const named = (name: string) => (line: string) => log(`${name}: ${line}`);
  const stops = [
    startNamespaceController(registry, named('namespace')),
    startGarbageCollector(registry, named('garbage-collector')),
    startDeploymentController(registry, now, named('deployment')),
    startReplicaSetController(registry, now, named('replicaset')),
    startStatefulSetController(registry, now, named('statefulset')),
    startEndpointSliceController(registry, named('endpointslice')),
    startHorizontalPodAutoscalerController(registry, usage, now, named('horizontal-pod-autoscaler'), autoscalerSyncMs),
    startScheduler(registry, now, named('scheduler')),
  ];
  return {
    stop: () => {
      for (const stop of stops.reverse()) stop();
    },
  };
}
