import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Change, Kinds, Registry } from '../api/registry.ts';
import type { ImageTable } from '../images/images.ts';
import type { LabNetwork } from '../network.ts';
import type { NodeApi } from './node-api.ts';
import { nodeCapacity, registerNode } from './node-object.ts';
import { podSubresources } from './pod-subresources.ts';
import { isFinished, podTitle } from './pods/pod.ts';
import { PodAddresses } from './pods/pod-addresses.ts';
import { PodWorker } from './pods/pod-worker.ts';
import type { WorkerHost } from './pods/worker-host.ts';
import { createProcessRuntime } from './runtimes/process/process-runtime.ts';
import type { RunningContainer, Runtime } from './runtimes/runtime.ts';
import { UsageSampler } from './usage-sampler.ts';

export interface KubeletOptions {
  registry: Registry;
  network: LabNetwork;
  /** Pods that are bound to this name run here. */
  nodeName: string;
  /** Where node ports answer, if not at the node's own address. */
  externalIP?: string;
  /** Logs, volumes and process records live under it; made 0700 where it is not there. */
  dataDir: string;
  images: ImageTable;
  /** Processes of this machine if absent. */
  runtime?: Runtime;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** From 0 to below 1, for the jitter of retries. */
  random?: () => number;
  log?: (line: string) => void;
}

export interface Kubelet {
  nodeApi: NodeApi;
  /** Ends all Pods: TERM, 2 s, KILL; leaves no process and no file of theirs. */
  stop(): Promise<void>;
}

/** How often an unchanged node says that it lives (nodeStatusReportFrequency). */
const HEARTBEAT_MS = 300_000;

/** How often the runtime is asked whether it is there (the kubelet: every 5 s). */
const HEALTH_MS = 500;

/** Registers the node and runs what is bound to it, until it is stopped. */
export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { registry, network, nodeName, externalIP, dataDir, now = Date.now, log = () => {} } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const podsFolder = join(dataDir, 'pods');
  const runtime = options.runtime ?? createProcessRuntime({ images: options.images, network, dataDir, log });
  const host: WorkerHost = {
    registry,
    runtime,
    addresses: new PodAddresses(network),
    hostIP: network.nodeIP,
    podsFolder,
    allocatable: nodeCapacity(),
    now,
    random: options.random ?? Math.random,
    log,
  };
  const workers = new Map<string, PodWorker>();
  const heartbeat = (): void =>
    void registerNode(registry, { name: nodeName, internalIP: network.nodeIP, externalIP }, now(), runtimeFailure);
  let runtimeFailure: string | undefined;
  heartbeat();
  const timer = setInterval(heartbeat, HEARTBEAT_MS);
  const health = watchHealth(runtime.health, (failure) => {
    runtimeFailure = failure;
    log(failure === undefined ? 'the container runtime is back' : `the container runtime is down: ${failure}`);
    heartbeat();
  });
  const sampler = new UsageSampler(() => runningOf(workers.values()), now);

  const onPod = ({ type, object: pod }: Change<Kinds['Pod']>): void => {
    if (pod.spec?.nodeName !== nodeName) return;
    const { uid, deletionGracePeriodSeconds = 0 } = pod.metadata;
    const worker = workers.get(uid);
    if (type === 'DELETED') {
      worker
        ?.remove(Math.max(1, deletionGracePeriodSeconds))
        .catch((error: unknown) => log(`Pod ${podTitle(pod)} was not taken away whole: ${String(error)}`))
        .finally(() => workers.delete(uid));
    } else if (worker) worker.update(pod);
    else if (!isFinished(pod)) {
      const fresh = new PodWorker(pod, host);
      workers.set(uid, fresh);
      fresh.wake();
      fresh.update(pod);
    }
  };
  const onConfiguration = ({ object }: Change<Kinds['ConfigMap'] | Kinds['Secret']>): void => {
    for (const worker of workers.values()) if (worker.pod().metadata.namespace === object.metadata.namespace) worker.configurationChanged();
  };
  const unwatch = [registry.watch('ConfigMap', onConfiguration), registry.watch('Secret', onConfiguration), registry.watch('Pod', onPod)];

  const find = (namespace: string, name: string): PodWorker | undefined => {
    const pod = registry.find('Pod', namespace, name);
    return pod && workers.get(pod.metadata.uid);
  };
  let stopping: Promise<void> | undefined;
  return {
    nodeApi: podSubresources(find, { sampler, dial: runtime.dial }),
    stop: () => {
      stopping ??= (async () => {
        for (const stopWatch of unwatch) stopWatch();
        clearInterval(timer);
        sampler.stop();
        await Promise.all([...workers.values()].map((worker) => worker.stop()));
        health.stop();
        await runtime.removeFolder(podsFolder);
        await runtime.close();
      })();
      return stopping;
    },
  };
}

/** Tells when the runtime goes down, with why, and when it is back. */
function watchHealth(ask: Runtime['health'], onChange: (failure: string | undefined) => void): { stop(): void } {
  if (!ask) return { stop: () => undefined };
  let failure: string | undefined;
  let asking = false;
  let stopped = false;
  const tell = (next: string | undefined): void => {
    asking = false;
    if (stopped || next === failure) return;
    failure = next;
    onChange(next);
  };
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    ask().then(
      () => tell(undefined),
      (error: Error) => tell(error.message),
    );
  }, HEALTH_MS);
  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}

const runningOf = (workers: Iterable<PodWorker>): { container: RunningContainer; startedAtMs: number }[] =>
  [...workers].flatMap(({ records }) =>
    records.flatMap(({ instance }) =>
      instance?.running && !instance.ended ? [{ container: instance.running, startedAtMs: instance.startedAtMs }] : [],
    ),
  );
