import type { ContainerLog } from '../logs/container-log.ts';
import { type Container, isSidecar, type Pod, specOf } from '../pods/pod.ts';
import type { RunningContainer } from '../runtimes/runtime.ts';
import type { BackOff } from './restart-back-off.ts';

/** How a container instance ended, as its status has it. */
export interface Ended {
  containerID: string;
  exitCode: number;
  reason: string;
  message?: string;
  startedAtMs: number;
  finishedAtMs: number;
}

/** A container on its way out. */
export interface Stopping {
  /** When all of it is gone. */
  done: Promise<void>;
  /** Less grace than was given first; more is not given. */
  shorten(graceSeconds: number): void;
}

/** One run of a container. */
export interface Instance {
  containerID: string;
  startedAtMs: number;
  log: ContainerLog;
  terminationLog: string;
  env: Record<string, string>;
  /** Absent where it could not be run. */
  running?: RunningContainer;
  /** postStart has not ended: not running in the status until then. */
  isStarting: boolean;
  stopping?: Stopping;
  ended?: Ended;
  /** When `ended` is known. */
  whenEnded?: Promise<void>;
}

/** What the kubelet knows of one container of a Pod. */
export interface ContainerRecord {
  spec: Container;
  kind: 'init' | 'sidecar' | 'app';
  /** The current instance, or the last. */
  instance?: Instance;
  /** The one before it. */
  former?: { ended: Ended; log: ContainerLog };
  restartCount: number;
  /** Why it is not started. */
  waiting?: { reason: string; message: string };
  backOff?: BackOff;
}

/** The containers of a Pod in the order of their start. */
export function newRecords(pod: Pod): ContainerRecord[] {
  const { initContainers = [], containers } = specOf(pod);
  return [
    ...initContainers.map((spec): ContainerRecord => ({ spec, kind: isSidecar(spec) ? 'sidecar' : 'init', restartCount: 0 })),
    ...containers.map((spec): ContainerRecord => ({ spec, kind: 'app', restartCount: 0 })),
  ];
}

export const isRunning = ({ instance }: ContainerRecord): boolean => instance?.running !== undefined && !instance.ended;

/** `spec.containers{app}`, for Events. */
export const fieldPath = ({ kind, spec }: Pick<ContainerRecord, 'kind' | 'spec'>): string =>
  `spec.${kind === 'app' ? 'containers' : 'initContainers'}{${spec.name}}`;
