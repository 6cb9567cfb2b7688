/** What a container may use; absent: as much as there is. */
export interface Limits {
  cpuCores?: number;
  memoryBytes?: number;
}

/** What the kubelet tells the limiter process; `pid` is a container's main process. */
export type ToLimiter =
  | { type: 'limit'; pid: number /** In the environment of all its processes. */; mark: string; limits: Limits }
  /** A command that is run in the container. */
  | { type: 'join'; pid: number; member: number }
  | { type: 'release'; pid: number };

/** What the limiter process tells the kubelet. A container that is out of memory is stopped until it is killed. */
export type FromLimiter = { type: 'ready' } | { type: 'out-of-memory'; pid: number; usedBytes: number };
