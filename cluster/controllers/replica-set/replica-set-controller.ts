import { isTerminating } from '../../api/errors.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Kinds, Registry } from '../../api/registry.ts';
import { matchesSelector } from '../../resources/label-selector.ts';
import { claim } from '../claim.ts';
import { controllerOf, isControlledBy } from '../ownership.ts';
import { podFromTemplate } from '../pods/create-pod.ts';
import { isPodActive } from '../pods/pod-readiness.ts';
import { type Again, keyOf, splitKey, WorkQueue } from '../work-queue.ts';
import { compareForDeletion } from './deletion-order.ts';
import { computeReplicaSetStatus, nextAvailableMs } from './replica-set-status.ts';

type ReplicaSet = Kinds['ReplicaSet'];
type Pod = Kinds['Pod'];

const component = 'replicaset-controller';
const mostAtOnce = 500;

interface Failure {
  reason: string;
  message: string;
  error: unknown;
}

/** Keeps as many active Pods as each ReplicaSet asks for. The registry is synchronous, so that each sync sees its own last writes. */
export function startReplicaSetController(registry: Registry, now: () => number, log: (line: string) => void): () => void {
  const queue = new WorkQueue((key) => sync(key), log);

  function sync(key: string): Again | undefined {
    const [namespace, name] = splitKey(key);
    const replicaSet = registry.find('ReplicaSet', namespace, name);
    if (!replicaSet) return undefined;
    const candidates = registry.list('Pod', namespace).filter(isPodActive);
    const mine = claim(registry, 'Pod', replicaSet, candidates, ({ metadata }) =>
      matchesSelector(replicaSet.spec?.selector, metadata.labels),
    );
    const failure = replicaSet.metadata.deletionTimestamp ? undefined : manage(replicaSet, mine);
    const active = ownPods(replicaSet).filter(isPodActive);
    const current = registry.find('ReplicaSet', namespace, name);
    if (!current) return undefined;
    // One reading for both: a Pod that comes available between two would neither be counted nor be waited for.
    const nowMs = now();
    const { resourceVersion: _any, ...metadata } = current.metadata;
    registry.updateStatus('ReplicaSet', {
      ...current,
      metadata: metadata as ReplicaSet['metadata'],
      status: computeReplicaSetStatus(current, active, failure, nowMs),
    });
    // Thrown, so that the queue tries again with back-off.
    if (failure) throw failure.error;
    const wait = nextAvailableMs(current, active, nowMs);
    return wait === undefined ? undefined : { afterMs: wait };
  }

  const ownPods = (replicaSet: ReplicaSet): Pod[] =>
    registry.list('Pod', replicaSet.metadata.namespace).filter((pod) => isControlledBy(pod, replicaSet));

  function manage(replicaSet: ReplicaSet, active: Pod[]): Failure | undefined {
    const difference = active.length - (replicaSet.spec?.replicas ?? 1);
    const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
      registry.event(replicaSet as unknown as KubeObject, { type, reason, message, component });
    try {
      for (let missing = Math.min(-difference, mostAtOnce); missing > 0; missing -= 1) {
        const pod = registry.create('Pod', podFromTemplate(replicaSet, { generateName: `${replicaSet.metadata.name}-` }));
        tell('Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
      }
    } catch (error) {
      // In a namespace that is going nothing is missing.
      if (isTerminating(error)) return undefined;
      const { message } = error as Error;
      tell('Warning', 'FailedCreate', `Error creating: ${message}`);
      return { reason: 'FailedCreate', message, error };
    }
    const excess = Math.min(difference, mostAtOnce);
    if (excess <= 0) return undefined;
    const onNode = (pod: Pod): number => siblings(replicaSet).filter((one) => one.spec?.nodeName === pod.spec?.nodeName).length;
    const ordered = [...active].sort((a, b) => compareForDeletion(a, b, onNode, now()));
    for (const pod of ordered.slice(0, excess)) {
      registry.delete('Pod', pod.metadata.namespace ?? '', pod.metadata.name, { uid: pod.metadata.uid });
      tell('Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
    }
    return undefined;
  }

  /** Active Pods of all ReplicaSets of the same owner. */
  function siblings(replicaSet: ReplicaSet): Pod[] {
    const owner = controllerOf(replicaSet)?.uid;
    const related = owner
      ? registry.list('ReplicaSet', replicaSet.metadata.namespace).filter((one) => controllerOf(one)?.uid === owner)
      : [replicaSet];
    const uids = new Set(related.map(({ metadata }) => metadata.uid));
    return registry.list('Pod', replicaSet.metadata.namespace).filter((pod) => isPodActive(pod) && uids.has(controllerOf(pod)?.uid ?? ''));
  }

  const stops = [
    registry.watch('ReplicaSet', ({ object }) => queue.add(keyOf(object))),
    registry.watch('Pod', ({ object, before }) => {
      for (const pod of [object, before]) {
        const owner = pod && controllerOf(pod);
        if (owner?.kind === 'ReplicaSet') queue.add(`${pod?.metadata.namespace ?? ''}/${owner.name}`);
      }
      if (controllerOf(object)) return;
      for (const one of registry.list('ReplicaSet', object.metadata.namespace)) {
        if (matchesSelector(one.spec?.selector, object.metadata.labels)) queue.add(keyOf(one));
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}
