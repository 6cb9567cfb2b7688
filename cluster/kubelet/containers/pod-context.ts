import type { EnvironmentSources } from '../environment/environment.ts';
import type { Pod } from '../pods/pod.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';
import type { ContainerRecord } from './container-record.ts';
import type { BackOff } from './restart-back-off.ts';

/** What starting and stopping a container needs of its Pod. */
export interface PodContext {
  pod(): Pod;
  readonly podIP: string;
  readonly runtime: Runtime;
  readonly volumes: PodVolumes;
  /** Of this Pod alone; logs and termination messages go to it. */
  readonly folder: string;
  /** Of image pulls, by image. */
  readonly pullBackOffs: Map<string, BackOff>;
  sources(): EnvironmentSources;
  event(type: 'Normal' | 'Warning', reason: string, message: string, container?: ContainerRecord): void;
  now(): number;
  /** A container's state changed. */
  wake(): void;
  /** Aborts when the Pod is to end: nothing is started any more. */
  readonly ending: AbortSignal;
}
