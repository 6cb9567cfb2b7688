import { setTimeout as pause } from 'node:timers/promises';
import { CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type Dockerode from 'dockerode';
import { usualSyncMs } from '../../controllers/horizontal-pod-autoscaler/horizontal-pod-autoscaler-controller.ts';
import { isMissing } from '../../kubelet/runtimes/container/engine-images.ts';
import { type Cluster, type ImageStore, PlatformUnavailable, type UpOptions } from '../../platform.ts';
import { connectEngine } from '../docker/engine.ts';
import { dockerImageStore } from '../docker/image-store.ts';
import { ensureShopImages, publicImages, shopImages } from '../docker/shop-images.ts';
import { isAnswering } from '../is-answering.ts';
import type { LabRecords } from '../lab-records.ts';
import { syncPeriodAnnotation } from '../local/annotate-sync-period.ts';
import { withLabLock } from '../local/lab-lock.ts';
import { startTimeOf } from '../local/process-identity.ts';
import { ensureMetricsServer } from './metrics-server.ts';
import { type ImageNode, loadImages } from './node-images.ts';
import { assignNodePorts } from './node-ports.ts';
import type { NodeRecord } from './node-record.ts';

const backWithinMs = 30_000;
/** How kind says so, and the engine. */
const nameIsTaken = /node\(s\) already exist|container name .* is already in use/;

/** What makes clusters of one node of a distribution of Kubernetes. */
export interface NodeMaker {
  /** As `--platform` names it. */
  platform: 'kind' | 'k3s';
  labs: LabRecords<NodeRecord>;
  /** Whether there is a cluster of that name, whoever made it. */
  isThere(name: string, signal?: AbortSignal): Promise<boolean>;
  /** Creates it, and writes its kubeconfig where `labs` has it. */
  create(request: CreateNode): Promise<void>;
  remove(name: string): Promise<void>;
  /** Does what is left to do to a cluster that answers; nothing where it is done. */
  settle?(name: string): Promise<void>;
  /** Nodes that came from `create`, as a selector of labels. */
  nodeSelector: string;
  imageNode(docker: Dockerode, name: string): ImageNode;
  /** Whether it has a metrics-server of its own, which comes by itself. */
  bringsMetricsServer?: boolean;
}

export interface CreateNode extends Pick<UpOptions, 'name' | 'life' | 'nodeImage' | 'signal'> {
  autoscalerSyncMs: number;
  /** Ports of 127.0.0.1, each with the node port that answers there. */
  nodePorts: Record<number, number>;
  say(text: string): void;
}

/** Labs that are clusters of one node, in a container of the Docker engine. */
export function oneNodeClusters(maker: NodeMaker) {
  const { platform, labs } = maker;
  return { bringUp, clusterIfThere, takeDown };

  /** Creates the cluster of a lab, or takes the one that is up; nothing is missing of it when this resolves. */
  async function bringUp(options: UpOptions): Promise<Cluster> {
    const {
      name,
      life,
      autoscalerSyncMs = usualSyncMs,
      nodeImage,
      localhostPorts = [],
      signal,
      onProgress: say = () => undefined,
    } = options;
    const docker = await connectEngine();
    say(`looking for clusters of ${platform}`);
    const whose = await whoseIs(name, signal);
    const before = labs.recordOf(name);
    if (whose === 'another')
      throw new PlatformUnavailable(
        `there is a ${platform} cluster ${name} that shoplab did not create`,
        'choose another --name; it is left alone',
      );
    if (whose === 'ours' && before && (await answersSoon(name, signal, say))) {
      await complete(docker, options);
      return clusterOf(labs.recordOf(name) ?? before, false);
    }
    // A run that began with a lab of somebody's must not end with one of its own in the place of that.
    if (before?.life === 'detached' && life === 'owner')
      throw new PlatformUnavailable(
        `the API server of lab ${name} does not answer any more`,
        `shoplab up --platform ${platform} --name ${name} makes it anew`,
      );
    if (whose === 'ours') {
      say(`removing the cluster ${name}, whose API server does not answer`);
      await maker.remove(name);
    }
    const nodePorts = assignNodePorts(localhostPorts);
    const record: NodeRecord = {
      name,
      life,
      pid: process.pid,
      startTime: startTimeOf(process.pid) ?? 0,
      nodePorts,
      autoscalerSyncMs,
      startedAt: new Date().toISOString(),
    };
    // Before the cluster is there: whatever ends this process, the next command finds what it left.
    labs.write(record);
    try {
      say(`creating the cluster ${name}`);
      await create({ name, life, nodePorts, say, autoscalerSyncMs, nodeImage, signal });
      await noteContainer(name);
      signal?.throwIfAborted();
      await complete(docker, options);
    } catch (error) {
      await takeDown(name);
      throw error;
    }
    return clusterOf(labs.recordOf(name) ?? record, true);
  }

  /** Does what is missing of a cluster that answers: all of one that is new, and what an `up` that was interrupted, or an older one, has left out. */
  async function complete(docker: Dockerode, { name, signal, onProgress: say = () => undefined }: UpOptions): Promise<void> {
    if (labs.recordOf(name)?.nodeImage === undefined) await noteContainer(name);
    await maker.settle?.(name);
    const config = new KubeConfig();
    config.loadFromFile(labs.kubeconfigOf(name));
    await tellSyncPeriod(config, name);
    await ensureShopImages(docker, say);
    // Its image the node has already, so it becomes available meanwhile.
    const both = await Promise.allSettled([
      load(docker, name, [...shopImages, ...publicImages], { say, signal }),
      ensureMetricsServer(config, { comes: maker.bringsMetricsServer === true, say, signal }),
    ]);
    for (const one of both) if (one.status === 'rejected') throw one.reason;
  }

  async function create(request: CreateNode): Promise<void> {
    try {
      await maker.create(request);
    } catch (error) {
      // Somebody else was quicker with the name, since it was looked at: what is there now is not ours.
      if (nameIsTaken.test((error as Error).message)) labs.remove(request.name);
      throw error;
    }
  }

  /**
   * Whose the cluster of that name is. Where shoplab was ended while it created it, so that no id was written down, it is ours: there was none
   * when the record was written.
   */
  async function whoseIs(name: string, signal?: AbortSignal): Promise<'ours' | 'another' | undefined> {
    if (!(await maker.isThere(name, signal))) return undefined;
    const record = labs.recordOf(name);
    if (!record) return 'another';
    return record.container === undefined || record.container === (await containerOf(name))?.Id ? 'ours' : 'another';
  }

  async function noteContainer(name: string): Promise<void> {
    const container = await containerOf(name);
    if (container) labs.update(name, { container: container.Id, nodeImage: container.Config.Image });
  }

  async function containerOf(name: string): Promise<Dockerode.ContainerInspectInfo | undefined> {
    const docker = await connectEngine();
    try {
      return await docker.getContainer(maker.imageNode(docker, name).container).inspect();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function load(
    docker: Dockerode,
    name: string,
    images: string[],
    { say, signal }: { say(text: string): void; signal?: AbortSignal | undefined },
  ): Promise<void> {
    const { loaded = {} } = labs.recordOf(name) ?? {};
    const added = await loadImages(docker, maker.imageNode(docker, name), images, { loaded, say, signal });
    if (Object.keys(added).length > 0) labs.update(name, { loaded: { ...labs.recordOf(name)?.loaded, ...added } });
  }

  /** The cluster of a lab, if its API server answers. */
  async function clusterIfThere(record: NodeRecord): Promise<Cluster | undefined> {
    return (await isAnswering(labs.kubeconfigOf(record.name))) ? clusterOf(record, false) : undefined;
  }

  /** Ends a lab; the cluster goes only where shoplab created it. */
  async function takeDown(name: string): Promise<string[]> {
    if (!labs.recordOf(name)) return [];
    const whose = await whoseIs(name);
    if (whose === 'ours') await maker.remove(name);
    labs.remove(name);
    if (whose === 'ours') return [`deleted ${platform} cluster ${name}`];
    const other = whose === 'another' ? '; another of that name is there, and is left alone' : '';
    return [`removed the state of lab ${name}, whose cluster is gone${other}`];
  }

  function clusterOf({ name, nodePorts, nodeImage, autoscalerSyncMs }: NodeRecord, started: boolean): Cluster {
    return {
      name,
      platform,
      kubeconfig: labs.kubeconfigOf(name),
      stateDir: labs.folderOf(name),
      started,
      nodePorts,
      ...(nodeImage !== undefined && { nodeImage }),
      ...(autoscalerSyncMs !== undefined && { autoscalerSyncMs }),
      watchesOverRuns: false,
      podSecurity: 'restricted',
      countsRequests: true,
      lateMetrics: true,
      asksFromPod: true,
      images: imagesFor(name),
      stop: () => withLabLock(labs.folderOf(name), undefined, async () => void (await takeDown(name))),
    };
  }

  /** Images are built by the engine and loaded into the node. */
  function imagesFor(name: string): ImageStore {
    const bring = async (reference: string): Promise<[]> => {
      await load(await connectEngine(), name, [reference], { say: () => undefined });
      return []; // the node knows it by the same name
    };
    return {
      async build(build) {
        const notDone = await dockerImageStore.build(build);
        await bring(build.tag);
        return notDone;
      },
      find: (reference) => dockerImageStore.find(reference),
      bring,
    };
  }

  /**
   * A Kubernetes API does not tell the flags of its controllers, so the nodes say how often autoscalers look. Of a cluster that an older shoplab made
   * that is all that is known of it.
   */
  async function tellSyncPeriod(config: KubeConfig, name: string): Promise<void> {
    const { autoscalerSyncMs } = labs.recordOf(name) ?? {};
    const core = config.makeApiClient(CoreV1Api);
    for (const { metadata } of (await core.listNode({ labelSelector: maker.nodeSelector })).items) {
      const said = metadata?.annotations?.[syncPeriodAnnotation];
      if (autoscalerSyncMs === undefined) {
        if (said !== undefined) labs.update(name, { autoscalerSyncMs: Number.parseFloat(said) * 1000 });
        continue;
      }
      const body = { metadata: { annotations: { [syncPeriodAnnotation]: `${autoscalerSyncMs / 1000}s` } } };
      if (said === undefined)
        await core.patchNode({ name: metadata?.name ?? '', body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
    }
  }

  /** Whether it answers, also one that may just be starting, as after the engine has been restarted. */
  async function answersSoon(name: string, signal: AbortSignal | undefined, say: (text: string) => void): Promise<boolean> {
    for (const untilMs = performance.now() + backWithinMs; ; await pause(1000, undefined, { signal })) {
      if (await isAnswering(labs.kubeconfigOf(name))) return true;
      if (performance.now() > untilMs) return false;
      say(`waiting for the API server of the cluster ${name}`);
    }
  }
}
