import { isTerminating } from '../../api/errors.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Kinds, Registry } from '../../api/registry.ts';
import { matchesSelector } from '../../resources/label-selector.ts';
import { claim } from '../claim.ts';
import { controllerOf, ownerReference } from '../ownership.ts';
import { podFromTemplate } from '../pods/create-pod.ts';
import { availableInMs } from '../pods/pod-readiness.ts';
import { templateHash } from '../template-hash.ts';
import { type Again, keyOf, splitKey, WorkQueue } from '../work-queue.ts';
import { computeStatefulSetStatus, decideSteps, ordinalOf, revisionLabel, type Step } from './decide-step.ts';

type StatefulSet = Kinds['StatefulSet'];
type Pod = Kinds['Pod'];
const component = 'statefulset-controller';

/** Whether the Pod is one of the set's by labels and name. */
const isMember = (set: StatefulSet, { metadata }: Pod): boolean =>
  matchesSelector(set.spec?.selector, metadata.labels) &&
  metadata.name.replace(/-\d+$/, '') === set.metadata.name &&
  /-\d+$/.test(metadata.name);

/** Keeps StatefulSets as they are asked for. Answers how to stop. */
export function startStatefulSetController(registry: Registry, now: () => number, log: (line: string) => void): () => void {
  const queue = new WorkQueue((key) => sync(key), log);

  function sync(key: string): Again | undefined {
    const [namespace, name] = splitKey(key);
    const set = registry.find('StatefulSet', namespace, name);
    if (!set) return undefined;
    // One reading for all: a Pod that comes available between two would neither be counted nor be waited for.
    const nowMs = now();
    const revisions = {
      current: set.status?.currentRevision ?? '',
      update: set.metadata.deletionTimestamp ? (set.status?.updateRevision ?? '') : ensureRevision(set),
    };
    for (const step of decideSteps(set, podsOf(set), revisions, nowMs)) carryOut(set, step);
    const pods = podsOf(set);
    registry.updateStatus('StatefulSet', { ...withoutVersion(set), status: computeStatefulSetStatus(set, pods, revisions, nowMs) });
    cleanRevisions(set);
    const waits = pods
      .map((pod) => availableInMs(pod, set.spec?.minReadySeconds ?? 0, nowMs))
      .filter((wait) => wait !== undefined && wait > 0);
    return waits.length > 0 ? { afterMs: Math.min(...(waits as number[])) } : undefined;
  }

  const withoutVersion = (set: StatefulSet): StatefulSet => {
    const { resourceVersion: _any, ...metadata } = set.metadata;
    return { ...set, metadata: metadata as StatefulSet['metadata'] };
  };

  const podsOf = (set: StatefulSet): Pod[] =>
    claim(registry, 'Pod', set, registry.list('Pod', set.metadata.namespace), (pod) => isMember(set, pod)).sort(
      (a, b) => ordinalOf(a) - ordinalOf(b),
    );

  function carryOut(set: StatefulSet, step: Step): void {
    const namespace = set.metadata.namespace ?? '';
    const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
      registry.event(set as unknown as KubeObject, { type, reason, message, component });
    if ('delete' in step) {
      const { name, uid } = step.delete.metadata;
      registry.delete('Pod', namespace, name, { uid });
      tell('Normal', 'SuccessfulDelete', `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`);
      return;
    }
    const name = `${set.metadata.name}-${step.create}`;
    const draft = podFromTemplate(atRevision(set, step.revision), {
      name,
      labels: {
        'apps.kubernetes.io/pod-index': String(step.create),
        'statefulset.kubernetes.io/pod-name': name,
        [revisionLabel]: step.revision,
      },
    });
    const spec = { ...draft.spec, hostname: name, ...(set.spec?.serviceName && { subdomain: set.spec.serviceName }) } as Pod['spec'];
    try {
      registry.create('Pod', { ...draft, ...(spec && { spec }) });
    } catch (error) {
      if (!isTerminating(error))
        tell('Warning', 'FailedCreate', `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${(error as Error).message}`);
      throw error;
    }
    tell('Normal', 'SuccessfulCreate', `create Pod ${name} in StatefulSet ${set.metadata.name} successful`);
  }

  /** The set with the template of that revision: below the partition Pods are made as they were. */
  function atRevision(set: StatefulSet, revision: string): StatefulSet {
    const stored = registry.find('ControllerRevision', set.metadata.namespace ?? '', revision);
    const template = (stored?.data as { spec?: { template?: unknown } } | undefined)?.spec?.template;
    return template ? ({ ...set, spec: { ...set.spec, template } } as StatefulSet) : set;
  }

  const revisionsOf = (set: StatefulSet) =>
    claim(registry, 'ControllerRevision', set, registry.list('ControllerRevision', set.metadata.namespace), ({ metadata }) =>
      matchesSelector(set.spec?.selector, metadata.labels),
    ).sort((a, b) => a.revision - b.revision);

  /** The revision of today's template: its name. An equal one of before is taken again, with a new number. */
  function ensureRevision(set: StatefulSet): string {
    const hash = templateHash(set.spec?.template, set.status?.collisionCount);
    const name = `${set.metadata.name}-${hash}`;
    const all = revisionsOf(set);
    const latest = all.at(-1);
    const there = all.find(({ metadata }) => metadata.name === name);
    if (there && there !== latest) registry.update('ControllerRevision', { ...there, revision: (latest?.revision ?? 0) + 1 });
    if (there) return name;
    registry.create('ControllerRevision', {
      metadata: {
        name,
        ...(set.metadata.namespace && { namespace: set.metadata.namespace }),
        labels: { ...set.spec?.template?.metadata?.labels, [revisionLabel]: hash },
        ownerReferences: [ownerReference(set)],
      },
      data: { spec: { template: set.spec?.template } } as never,
      revision: (latest?.revision ?? 0) + 1,
    });
    return name;
  }

  function cleanRevisions(set: StatefulSet): void {
    const used = new Set<string | undefined>(podsOf(set).map((pod) => pod.metadata.labels?.[revisionLabel]));
    const status = registry.find('StatefulSet', set.metadata.namespace ?? '', set.metadata.name)?.status;
    const idle = revisionsOf(set).filter(
      ({ metadata: { name } }) => !used.has(name) && name !== status?.currentRevision && name !== status?.updateRevision,
    );
    for (const one of idle.slice(0, Math.max(0, idle.length - (set.spec?.revisionHistoryLimit ?? 10)))) {
      registry.delete('ControllerRevision', one.metadata.namespace ?? '', one.metadata.name);
    }
  }

  const stops = [
    registry.watch('StatefulSet', ({ object }) => queue.add(keyOf(object))),
    registry.watch('Pod', ({ object }) => {
      const owner = controllerOf(object);
      if (owner?.kind === 'StatefulSet') queue.add(`${object.metadata.namespace ?? ''}/${owner.name}`);
      if (owner) return;
      for (const set of registry.list('StatefulSet', object.metadata.namespace)) if (isMember(set, object)) queue.add(keyOf(set));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}
