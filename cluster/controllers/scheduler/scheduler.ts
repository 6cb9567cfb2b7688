import { type KubeObject, timestamp } from '../../api/object.ts';
import type { Kinds, Registry } from '../../api/registry.ts';
import { type Again, keyOf, splitKey, WorkQueue } from '../work-queue.ts';
import { unfit, unschedulableMessage } from './fit.ts';

type Pod = Kinds['Pod'];
const component = 'default-scheduler';
const retryMs = 5000;

/** Puts Pods on nodes that have room for what they request; those that fit nowhere wait, and say why. Answers how to stop. */
export function startScheduler(registry: Registry, now: () => number, log: (line: string) => void): () => void {
  const waiting = new Set<string>();
  const queue = new WorkQueue((key) => schedule(key), log);

  function schedule(key: string): Again | undefined {
    const [namespace, name] = splitKey(key);
    const pod = registry.find('Pod', namespace, name);
    if (!pod || pod.spec?.nodeName || pod.metadata.deletionTimestamp) {
      waiting.delete(key);
      return undefined;
    }
    const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
      registry.event(pod as unknown as KubeObject, { type, reason, message, component });
    const nodes = registry.list('Node');
    const reasons = nodes.map((node) =>
      unfit(
        pod,
        node,
        registry.list('Pod').filter((one) => one.spec?.nodeName === node.metadata.name),
      ),
    );
    const chosen = nodes[reasons.findIndex((why) => why.length === 0)];
    if (chosen) {
      waiting.delete(key);
      registry.bind(namespace, name, chosen.metadata.name);
      tell('Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${chosen.metadata.name}`);
      return undefined;
    }
    waiting.add(key);
    const message = unschedulableMessage(reasons);
    const former = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    if (former?.message !== message) markUnschedulable(pod, message);
    tell('Warning', 'FailedScheduling', message);
    return { afterMs: retryMs };
  }

  function markUnschedulable(pod: Pod, message: string): void {
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: timestamp(now()) };
    const others = pod.status?.conditions?.filter(({ type }) => type !== 'PodScheduled') ?? [];
    registry.updateStatus('Pod', { ...pod, status: { ...pod.status, conditions: [...others, condition] } });
  }

  const retry = (): void => {
    for (const key of waiting) queue.add(key);
  };
  const stops = [
    registry.watch('Pod', ({ type, object }) => {
      // Room may have come free.
      if (type === 'DELETED') retry();
      else if (!object.spec?.nodeName && !waiting.has(keyOf(object))) queue.add(keyOf(object));
    }),
    registry.watch('Node', retry),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}
