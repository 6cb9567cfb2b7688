import type { Readable, Writable } from 'node:stream';
import type { Dial } from '../../dial.ts';

/** What containers run on. The kubelet decides when; a runtime only knows how. */
export interface Runtime {
  /** What its containers' ids begin with, as in `docker://`. */
  readonly scheme: string;
  /** How the node reaches the addresses of its Pods. */
  readonly dial: Dial;
  /** Whether the image can be started without a pull. */
  hasImage(image: string): Promise<boolean>;
  /** Fetches the image; rejects with a sentence that says what to do. */
  pullImage(image: string): Promise<{ sizeBytes: number }>;
  /** Sentences about what the manifest asks for and this runtime cannot give; they become Warning Events. */
  shortcomings(request: StartRequest): string[];
  /** Starts a container; rejects where its program cannot be run. */
  start(request: StartRequest): Promise<RunningContainer>;
  /** Resolves as long as containers can be had; rejects with what is wrong with the runtime itself. Absent: it is there as long as this process. */
  health?(): Promise<void>;
  /** Whom the image runs its program as, where the manifest does not say: a name, or a uid. */
  userOf(image: string): Promise<string | number>;
  /** A Pod's containers have ended for good: what was kept for them together goes. */
  forget(podUid: string): Promise<void>;
  /** Takes a folder from the disk that containers have written into. Rejects where that cannot be. */
  removeFolder(folder: string): Promise<void>;
  /** Ends what the runtime itself runs; no container does any more. */
  close(): Promise<void>;
}

export interface StartRequest {
  /** Of this instance, unique for ever. */
  id: string;
  podUid: string;
  namespace: string;
  podIP: string;
  hostname: string;
  name: string;
  image: string;
  /** Replace the image's own where given. */
  command?: string[];
  args?: string[];
  workingDir?: string;
  /** From the manifest alone. */
  env: Record<string, string>;
  mounts: Mount[];
  /** The file that its last words go to. */
  terminationLog: Mount;
  /** Absent: as the image has it. */
  user?: number;
  group?: number;
  /** What it may do; what is absent is as the runtime has it. */
  security?: ContainerSecurity;
  /** What it may use; absent: as much as there is. */
  limits?: { cpuCores?: number; memoryBytes?: number };
  /** Takes what the container writes. */
  log: LogSink;
}

/** A path in the container and the file or folder of this machine that stands for it. */
export interface Mount {
  mountPath: string;
  hostPath: string;
  readOnly?: boolean;
  /** It is to be in memory, where the runtime can have that: the volume's name, unique in its Pod, and how much it holds. */
  memory?: { volume: string; sizeBytes?: number; subPath?: string };
}

/** Of a container's securityContext, what a runtime may act on. */
export interface ContainerSecurity {
  readOnlyRoot?: boolean;
  privileged?: boolean;
  noNewPrivileges?: boolean;
  addCapabilities?: string[];
  dropCapabilities?: string[];
}

export interface LogSink {
  write(stream: 'stdout' | 'stderr', chunk: Buffer): void;
}

export interface RunningContainer {
  /** What the runtime calls it, where it has a name of its own for it. */
  readonly id?: string;
  /** When all of it is gone and its log is complete. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  /** Asks its main process to end (SIGTERM). */
  terminate(): void;
  /** Ends every process of it (SIGKILL). */
  kill(): void;
  /** Runs a command beside the main process; answers its exit code. Rejects where it cannot be run, or with the signal's reason. */
  exec(command: string[], streams: ExecStreams, signal: AbortSignal): Promise<number>;
  /** What it has used since it started and holds now; undefined once it is gone, or where that cannot be known. */
  usage(): { cpuSeconds: number; memoryBytes: number } | undefined;
}

export interface ContainerExit {
  /** 128 + the signal's number where a signal ended it. */
  exitCode: number;
  atMs: number;
  /** It was killed because it held more memory than its limit. */
  outOfMemory?: boolean;
}

export interface ExecStreams {
  stdin?: Readable;
  stdout?: Writable;
  stderr?: Writable;
}
