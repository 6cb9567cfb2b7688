import { isApiError, isTerminating } from '../../api/errors.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Registry } from '../../api/registry.ts';
import { matchesSelector } from '../../resources/label-selector.ts';
import { claim } from '../claim.ts';
import { controllerOf, isControlledBy, ownerReference } from '../ownership.ts';
import { templateHash } from '../template-hash.ts';
import { type Again, keyOf, splitKey, WorkQueue } from '../work-queue.ts';
import { newCondition, withCondition } from './conditions.ts';
import { deadlineMs, hasProgressDeadline } from './deployment-status.ts';
import type { Deployment, ReplicaSet } from './replica-sets.ts';
import { revisionAnnotation } from './replicaset-annotations.ts';
import { isOfTemplate, syncDeployment } from './sync-deployment.ts';

const component = 'deployment-controller';
const hashLabel = 'pod-template-hash';

/** Keeps Deployments as they are asked for. Answers how to stop. */
export function startDeploymentController(registry: Registry, now: () => number, log: (line: string) => void): () => void {
  const queue = new WorkQueue((key) => sync(key), log);

  function sync(key: string): Again | undefined {
    const [namespace, name] = splitKey(key);
    const found = registry.find('Deployment', namespace, name);
    if (!found) return undefined;
    const deployment = structuredClone(found);
    const event = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
      registry.event(found as unknown as KubeObject, { type, reason, message, component });
    if (Object.keys(deployment.spec?.selector ?? {}).length === 0) {
      event('Warning', 'SelectingAll', 'This deployment is selecting all pods. A non-empty selector is required.');
      registry.updateStatus('Deployment', {
        ...deployment,
        status: { ...deployment.status, observedGeneration: deployment.metadata.generation ?? 0 },
      });
      return undefined;
    }
    const replicaSets = claim(registry, 'ReplicaSet', deployment, registry.list('ReplicaSet', namespace), ({ metadata }) =>
      matchesSelector(deployment.spec?.selector, metadata.labels),
    );
    const uids = new Set(replicaSets.map(({ metadata }) => metadata.uid));
    const pods = registry.list('Pod', namespace).filter((pod) => uids.has(controllerOf(pod)?.uid ?? ''));
    // One reading for both: a deadline that passes between two would neither be told nor be waited for.
    const nowMs = now();
    const { status, revision } = syncDeployment(
      { deployment, replicaSets, pods, nowMs },
      {
        createReplicaSet: (annotations, replicas) => createReplicaSet(deployment, annotations, replicas),
        updateReplicaSet: (one) => registry.update('ReplicaSet', one),
        deleteReplicaSet: ({ metadata }) => registry.delete('ReplicaSet', namespace, metadata.name),
        event,
      },
    );
    const annotations = { ...deployment.metadata.annotations, ...(revision !== undefined && { [revisionAnnotation]: revision }) };
    const { resourceVersion: _any, ...metadata } = deployment.metadata;
    const written = registry.updateStatus('Deployment', {
      ...deployment,
      metadata: { ...metadata, annotations } as Deployment['metadata'],
      status,
    });
    const due = deadlineMs(written, written.status?.conditions ?? []);
    return due === undefined || due < nowMs ? undefined : { afterMs: due - nowMs + 1000 };
  }

  function createReplicaSet(deployment: Deployment, annotations: Record<string, string>, replicas: number): ReplicaSet {
    const { template, selector, minReadySeconds } = deployment.spec ?? {};
    if (!template || !selector) throw new Error(`Deployment ${deployment.metadata.name} has no template or no selector`);
    const hash = templateHash(template, deployment.status?.collisionCount);
    const labels = { ...template.metadata?.labels, [hashLabel]: hash };
    const namespace = deployment.metadata.namespace ?? '';
    const name = `${deployment.metadata.name}-${hash}`;
    try {
      return registry.create('ReplicaSet', {
        metadata: { name, namespace, labels, annotations, ownerReferences: [ownerReference(deployment)] },
        spec: {
          replicas,
          ...(minReadySeconds && { minReadySeconds }),
          selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
          template: { ...template, metadata: { ...template.metadata, labels } },
        },
      });
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) {
        if (!isTerminating(error)) tellCreateError(deployment, name, (error as Error).message);
        throw error;
      }
      const there = registry.get('ReplicaSet', namespace, name);
      if (isControlledBy(there, deployment) && isOfTemplate(there, deployment)) return there;
      // The name belongs to another template: the next sync takes another hash.
      const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
      registry.updateStatus('Deployment', { ...deployment, status: { ...deployment.status, collisionCount } });
      throw error;
    }
  }

  function tellCreateError(deployment: Deployment, name: string, why: string): void {
    const message = `Failed to create new replica set "${name}": ${why}`;
    registry.event(deployment as unknown as KubeObject, { type: 'Warning', reason: 'ReplicaSetCreateError', message, component });
    if (!hasProgressDeadline(deployment)) return;
    const condition = newCondition('Progressing', 'False', 'ReplicaSetCreateError', message, now());
    const conditions = withCondition(deployment.status?.conditions ?? [], condition);
    registry.updateStatus('Deployment', { ...deployment, status: { ...deployment.status, conditions } });
  }

  const ofOwner = (object: { metadata: ReplicaSet['metadata'] }): void => {
    const { namespace = '', labels } = object.metadata;
    const owner = controllerOf(object);
    if (owner?.kind === 'Deployment') queue.add(`${namespace}/${owner.name}`);
    if (owner) return;
    // An orphan: whoever selects it may take it.
    for (const one of registry.list('Deployment', namespace)) if (matchesSelector(one.spec?.selector, labels)) queue.add(keyOf(one));
  };
  const stops = [
    registry.watch('Deployment', ({ object }) => queue.add(keyOf(object))),
    registry.watch('ReplicaSet', ({ object }) => ofOwner(object)),
    // Recreate waits for the last old Pod to be gone.
    registry.watch('Pod', ({ type, object }) => {
      if (type !== 'DELETED') return;
      const owner = controllerOf(object);
      const replicaSet =
        owner?.kind === 'ReplicaSet' ? registry.find('ReplicaSet', object.metadata.namespace ?? '', owner.name) : undefined;
      if (replicaSet) ofOwner(replicaSet);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}
