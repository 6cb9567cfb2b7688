import type { Duplex, Readable, Writable } from 'node:stream';

/** What the API server asks of the node that a Pod runs on, as kube-apiserver asks a kubelet: the subresources log and exec, and metrics. */
export interface NodeApi {
  /** The container's log, oldest first; with `follow` it goes on until the container ends or the signal aborts. Throws ApiError 400, 404. */
  logs(namespace: string, pod: string, options: LogOptions, signal: AbortSignal): Promise<Readable>;
  /** Runs a command in the container's environment; answers its exit code when it has ended. Throws ApiError 400, 404. */
  exec(namespace: string, pod: string, options: ExecOptions, signal: AbortSignal): Promise<number>;
  /** A connection to a port of the Pod, for /proxy and port-forward. Rejects with the connection's error. */
  connect(namespace: string, pod: string, port: number): Promise<Duplex>;
  /** What the Pod's containers use now, as metrics.k8s.io has it; undefined where it does not run. */
  usage(namespace: string, pod: string): PodUsage | undefined;
}

export interface LogOptions {
  /** Absent: the only container, or the first. */
  container?: string;
  follow: boolean;
  /** The log of the container instance before this one. */
  previous: boolean;
  /** Each line begins with its RFC 3339 time and a space. */
  timestamps: boolean;
  sinceTimeMs?: number;
  tailLines?: number;
  limitBytes?: number;
}

export interface ExecOptions {
  container?: string;
  command: string[];
  stdin?: Readable;
  stdout?: Writable;
  stderr?: Writable;
}

export interface PodUsage {
  /** When it was read, milliseconds since the epoch, and the window that the cpu figure is the mean of. */
  atMs: number;
  windowMs: number;
  containers: { name: string; cpuCores: number; memoryBytes: number }[];
}
