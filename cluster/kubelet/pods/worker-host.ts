import type { Registry } from '../../api/registry.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { PodAddresses } from './pod-addresses.ts';

/** What the workers of all Pods share. */
export interface WorkerHost {
  registry: Registry;
  runtime: Runtime;
  addresses: PodAddresses;
  hostIP: string;
  /** Each Pod has a folder in it, by uid. */
  podsFolder: string;
  /** What the node can give, by resource. */
  allocatable: Record<string, string>;
  now(): number;
  random(): number;
  log(line: string): void;
}
