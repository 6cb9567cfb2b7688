import { type KubeObject, sameJson, timestamp } from '../../api/object.ts';
import type { Change, Kinds, Registry } from '../../api/registry.ts';
import { isPodFinished } from '../pods/pod-readiness.ts';
import { type Again, keyOf, splitKey, WorkQueue } from '../work-queue.ts';
import { obstacles, unschedulableMessage } from './fit.ts';
import { retryBackOffMs } from './retry-back-off.ts';

type Pod = Kinds['Pod'];
type Node = Kinds['Node'];
const component = 'default-scheduler';
/** After this long a Pod is tried again even where nothing has changed (scheduler's flushUnschedulablePodsLeftover). */
const leftOverMs = 300_000;

/** Puts Pods on nodes that have room for what they request; those that fit nowhere wait, and say why. Answers how to stop. */
export function startScheduler(registry: Registry, now: () => number, log: (line: string) => void): () => void {
  const waiting = new Map<string, { attempts: number; triedMs: number }>();
  const queue = new WorkQueue((key) => schedule(key), log);

  function schedule(key: string): Again | undefined {
    const [namespace, name] = splitKey(key);
    const pod = registry.find('Pod', namespace, name);
    if (!pod || !isOurs(pod)) {
      waiting.delete(key);
      return undefined;
    }
    const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
      registry.event(pod as unknown as KubeObject, { type, reason, message, component });
    const nodes = registry.list('Node').filter(({ metadata }) => !metadata.deletionTimestamp);
    const pods = registry.list('Pod');
    const why = nodes.map((node) =>
      obstacles(
        pod,
        node,
        pods.filter(({ spec }) => spec?.nodeName === node.metadata.name),
      ),
    );
    const chosen = nodes[why.findIndex((reasons) => reasons.length === 0)];
    if (chosen) {
      waiting.delete(key);
      registry.bind(namespace, name, chosen.metadata.name);
      tell('Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${chosen.metadata.name}`);
      return undefined;
    }
    waiting.set(key, { attempts: (waiting.get(key)?.attempts ?? 0) + 1, triedMs: now() });
    const message = unschedulableMessage(why);
    markUnschedulable(pod, message);
    tell('Warning', 'FailedScheduling', message);
    return { afterMs: leftOverMs };
  }

  function markUnschedulable(pod: Pod, message: string): void {
    const former = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    const { generation } = pod.metadata;
    const condition = {
      type: 'PodScheduled',
      ...(generation !== undefined && { observedGeneration: generation }),
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastTransitionTime: former?.status === 'False' && former.lastTransitionTime ? former.lastTransitionTime : timestamp(now()),
    };
    const others = pod.status?.conditions?.filter(({ type }) => type !== 'PodScheduled') ?? [];
    registry.updateStatus('Pod', { ...pod, status: { ...pod.status, conditions: [...others, condition] } });
  }

  /** Something may have come free: those that wait are tried again, each after its back-off. */
  function retry(): void {
    for (const [key, { attempts, triedMs }] of waiting) {
      const leftMs = triedMs + retryBackOffMs(attempts) - now();
      if (leftMs > 0) queue.addAfter(key, leftMs);
      else queue.add(key);
    }
  }

  const stops = [
    registry.watch('Pod', (change) => {
      const { type, object, before } = change;
      if (freesRoom(change)) retry();
      if (type === 'DELETED') waiting.delete(keyOf(object));
      else if (isOurs(object) && (!waiting.has(keyOf(object)) || !sameJson(object.spec, before?.spec))) queue.add(keyOf(object));
    }),
    registry.watch('Node', ({ type, object, before }) => {
      if (type !== 'DELETED' && !sameJson(offered(object), before && offered(before))) retry();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}

/** Without a node, not going, and not meant for another scheduler. */
const isOurs = ({ metadata, spec }: Pod): boolean =>
  !spec?.nodeName && !metadata.deletionTimestamp && (spec?.schedulerName ?? component) === component;

/** A Pod of a node has gone or finished. One that terminates still takes its room. */
const freesRoom = ({ type, object, before }: Change<Pod>): boolean =>
  Boolean(object.spec?.nodeName) && (type === 'DELETED' || (isPodFinished(object) && before !== undefined && !isPodFinished(before)));

/** What of a node a Pod may fit or not: its heartbeats are no news. */
const offered = ({ metadata, spec, status }: Node) => ({ labels: metadata.labels, spec, allocatable: status?.allocatable });
