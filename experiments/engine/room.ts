import type { KubeClients } from './experiment.ts';
import { parseBytes, parseCores } from './kube/amounts.ts';
import type { Manifest } from './kube/apply-objects.ts';
import { KubeError } from './kube/kube-error.ts';

/** What a Pod requests, or a node has left. */
export interface Amount {
  cores: number;
  bytes: number;
}

interface Container {
  resources?: { requests?: Quantities; limits?: Quantities };
  restartPolicy?: string;
}
interface PodSpec {
  containers?: Container[];
  initContainers?: Container[];
  overhead?: Quantities;
  nodeName?: string;
}
interface Quantities {
  cpu?: string;
  memory?: string;
}
interface Pod {
  metadata: { deletionTimestamp?: string };
  spec: PodSpec;
  status?: { phase?: string };
}
interface List<T> {
  items: T[];
}
interface Node {
  metadata: { name: string };
  spec?: { unschedulable?: boolean; taints?: { effect: string }[] };
  status?: { allocatable?: Quantities };
}

/** The Pods of ours beside a variant, which request next to nothing: a switch, one that asks, one that sends the load. */
const ownPods: Amount[] = [0.01, 0.02, 0.06].map((cores) => ({ cores, bytes: 64 * 2 ** 20 }));

/**
 * Whether the nodes have room for all variants at once: schedulers go by what Pods request, whatever they use. `variants`: the objects of each. Where
 * autoscalers act, for as many Pods as they may have. What Pods have that are on their way out is free in a moment, if not of a long grace. Who may
 * not look at the nodes is told that they have none.
 */
export async function hasRoomFor(kube: KubeClients, variants: readonly Manifest[][]): Promise<boolean> {
  const look = <T>(path: string): Promise<List<T>> =>
    kube.request<List<T>>('GET', path).catch((error) => {
      if (error instanceof KubeError && error.code === 403) return { items: [] };
      throw error;
    });
  const [{ items: nodes }, { items: pods }] = await Promise.all([look<Node>('/api/v1/nodes'), look<Pod>('/api/v1/pods')]);
  const there = pods.filter(({ metadata, status }) => !leavesSoon(metadata) && !['Succeeded', 'Failed'].includes(status?.phase ?? ''));
  const free = nodes.filter(takesPods).map(({ metadata: { name }, status }) => {
    const on = there.filter(({ spec }) => spec.nodeName === name).map(({ spec }) => requestOf(spec));
    return {
      cores: parseCores(status?.allocatable?.cpu ?? '0') - sum(on.map(({ cores }) => cores)),
      bytes: parseBytes(status?.allocatable?.memory ?? '0') - sum(on.map(({ bytes }) => bytes)),
    };
  });
  const waiting = there.filter(({ spec }) => spec.nodeName === undefined).map(({ spec }) => requestOf(spec));
  return fits([...waiting, ...variants.flatMap(podsOf), ...variants.flatMap(() => ownPods)], free);
}

/** Whether each Pod finds a node, the largest first. It does not try every order: where it says yes, there is room. */
export function fits(pods: readonly Amount[], nodes: readonly Amount[]): boolean {
  const free = nodes.map((node) => ({ ...node }));
  return [...pods]
    .sort((a, b) => b.cores - a.cores || b.bytes - a.bytes)
    .every(({ cores, bytes }) => {
      // What requests add up to is a sum of decimal fractions.
      const node = free.find((one) => one.cores - cores > -1e-9 && one.bytes >= bytes);
      if (!node) return false;
      node.cores -= cores;
      node.bytes -= bytes;
      return true;
    });
}

/** What the Pods of manifests request, one each. */
export function podsOf(objects: readonly Manifest[]): Amount[] {
  const most = new Map(
    objects
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ spec }) => spec as { scaleTargetRef: { kind: string; name: string }; maxReplicas: number })
      .map(({ scaleTargetRef: { kind, name }, maxReplicas }) => [`${kind}/${name}`, maxReplicas]),
  );
  return objects
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'ReplicaSet'].includes(kind))
    .flatMap(({ kind, metadata, spec }) => {
      const { replicas = 1, template } = spec as { replicas?: number; template: { spec: PodSpec } };
      const count = most.get(`${kind}/${metadata.name}`) ?? replicas;
      return Array.from({ length: count }, () => requestOf(template.spec));
    });
}

/** The timestamp is the end of its grace; new Pods have longer to become Ready. */
const leavesSoon = ({ deletionTimestamp }: Pod['metadata']): boolean =>
  deletionTimestamp !== undefined && Date.parse(deletionTimestamp) - Date.now() < 35_000;

/** Tainted nodes are not counted: what tolerates them is no Pod of a shop. */
const takesPods = ({ spec }: Node): boolean =>
  !spec?.unschedulable && !spec?.taints?.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');

/**
 * As the scheduler counts a Pod: its containers at once, with those init containers that stay, or the largest of the others, whichever is more
 * (kubernetes.io/docs/concepts/workloads/pods/init-containers, resource sharing). Where only a limit is set, that is requested.
 */
function requestOf({ containers = [], initContainers = [], overhead = {} }: PodSpec): Amount {
  const of = ({ resources }: Container): Quantities => ({ ...resources?.limits, ...resources?.requests });
  const stays = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';
  const running = [...containers, ...initContainers.filter(stays)].map(of);
  const before = initContainers.filter((one) => !stays(one)).map(of);
  const most = (read: (amount: Quantities) => number): number => Math.max(sum(running.map(read)), ...before.map(read)) + read(overhead);
  return { cores: most(({ cpu = '0' }) => parseCores(cpu)), bytes: most(({ memory = '0' }) => parseBytes(memory)) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
