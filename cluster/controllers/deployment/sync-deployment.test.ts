import { readFileSync } from 'node:fs';
import { timestamp } from '../../api/object.ts';
import type { Kinds } from '../../api/registry.ts';
import type { Deployment, ReplicaSet } from './replica-sets.ts';
import { desiredReplicasAnnotation, maxReplicasAnnotation, revisionAnnotation } from './replicaset-annotations.ts';
import { syncDeployment } from './sync-deployment.ts';

interface CaseReplicaSet {
  name: string;
  isNew?: boolean;
  ageSeconds: number;
  revision: string;
  desiredReplicasAnnotation: string;
  maxReplicasAnnotation: string;
  replicas: number;
  statusReplicas: number;
  readyReplicas: number;
  availableReplicas: number;
  replicaFailureMessage?: string;
}
interface Case {
  id: string;
  in: {
    available: string;
    generation: number;
    oldPodStillRunning: boolean;
    paused: boolean;
    progressDeadlineSeconds: number | null;
    progressing: { ageSeconds?: number; message?: string; reason?: string; status?: string };
    replicaSets: CaseReplicaSet[] | null;
    replicas: number;
    revision: string;
    revisionHistoryLimit: number | null;
    status: Record<string, number>;
    strategy: { type: string; maxSurge?: number | string; maxUnavailable?: number | string };
  };
  out: {
    conditions: { type: string; status: string; reason: string; message: string; updated: boolean; transitioned: boolean }[] | null;
    deleted: string[] | null;
    events: string[];
    replicaSets:
      | { name: string; replicas: number; revision: string; desiredReplicasAnnotation: string; maxReplicasAnnotation: string }[]
      | null;
    revision: string;
    status: Record<string, number>;
  };
}
const cases = JSON.parse(readFileSync(new URL('./deployment-sync.cases.json', import.meta.url), 'utf8')) as Case[];
const nowMs = Date.parse('2026-01-01T12:00:00Z');
const ago = (seconds: number): string => timestamp(nowMs - seconds * 1000);
const template = (version: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: `web:${version}` }] },
});

function deploymentOf(given: Case['in']): Deployment {
  const { type, maxSurge, maxUnavailable } = given.strategy;
  const { status, reason, message, ageSeconds = 0 } = given.progressing;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'd',
      resourceVersion: '1',
      creationTimestamp: ago(10_000),
      generation: given.generation,
      annotations: given.revision ? { [revisionAnnotation]: given.revision } : {},
    },
    spec: {
      replicas: given.replicas,
      paused: given.paused,
      selector: { matchLabels: { app: 'web' } },
      template: template('new'),
      strategy: { type, ...(type === 'RollingUpdate' && { rollingUpdate: { maxSurge, maxUnavailable } }) },
      ...(given.progressDeadlineSeconds !== null && { progressDeadlineSeconds: given.progressDeadlineSeconds }),
      ...(given.revisionHistoryLimit !== null && { revisionHistoryLimit: given.revisionHistoryLimit }),
    },
    status: {
      ...given.status,
      conditions: [
        ...(given.available
          ? [
              {
                type: 'Available',
                status: given.available,
                reason: given.available === 'True' ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
                message:
                  given.available === 'True' ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
                lastUpdateTime: ago(5000),
                lastTransitionTime: ago(5000),
              },
            ]
          : []),
        ...(status
          ? [{ type: 'Progressing', status, reason, message, lastUpdateTime: ago(ageSeconds), lastTransitionTime: ago(ageSeconds) }]
          : []),
      ],
    },
  } as unknown as Deployment;
}

const replicaSetOf = (one: CaseReplicaSet): ReplicaSet =>
  ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: one.name,
      namespace: 'default',
      uid: one.name,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: ago(one.ageSeconds),
      annotations: Object.fromEntries(
        Object.entries({
          [revisionAnnotation]: one.revision,
          [desiredReplicasAnnotation]: one.desiredReplicasAnnotation,
          [maxReplicasAnnotation]: one.maxReplicasAnnotation,
        }).filter(([, value]) => value !== undefined && value !== ''),
      ),
    },
    spec: { replicas: one.replicas, selector: { matchLabels: { app: 'web' } }, template: template(one.isNew ? 'new' : one.name) },
    status: {
      replicas: one.statusReplicas,
      readyReplicas: one.readyReplicas,
      availableReplicas: one.availableReplicas,
      observedGeneration: 1,
      ...(one.replicaFailureMessage && {
        conditions: [
          {
            type: 'ReplicaFailure',
            status: 'True',
            reason: 'FailedCreate',
            message: one.replicaFailureMessage,
            lastTransitionTime: ago(50),
          },
        ],
      }),
    },
  }) as unknown as ReplicaSet;

describe("one sync of a Deployment, as Kubernetes' own controller does it", () => {
  it.each(cases.map((one) => [one.id, one] as const))('%s', (_id, { in: given, out }) => {
    const deployment = deploymentOf(given);
    const store = new Map((given.replicaSets ?? []).map((one) => [one.name, replicaSetOf(one)]));
    const events: string[] = [];
    const deleted: string[] = [];
    const first = given.replicaSets?.find((one) => !one.isNew) ?? given.replicaSets?.[0];
    const pods = given.oldPodStillRunning
      ? [
          {
            metadata: { name: 'p', ownerReferences: [{ uid: first?.name, controller: true }] },
            status: { phase: 'Running' },
          } as unknown as Kinds['Pod'],
        ]
      : [];
    const result = syncDeployment(
      { deployment, replicaSets: [...store.values()], pods, nowMs },
      {
        createReplicaSet: (annotations, replicas) => {
          const created = replicaSetOf({
            name: 'web-NEW',
            isNew: true,
            ageSeconds: 0,
            revision: '',
            desiredReplicasAnnotation: '',
            maxReplicasAnnotation: '',
            replicas,
            statusReplicas: 0,
            readyReplicas: 0,
            availableReplicas: 0,
          });
          created.metadata.annotations = annotations;
          store.set(created.metadata.name, created);
          return created;
        },
        updateReplicaSet: (one) => {
          store.set(one.metadata.name, one);
          return one;
        },
        deleteReplicaSet: (one) => {
          deleted.push(one.metadata.name);
          store.delete(one.metadata.name);
        },
        event: (type, reason, message) => events.push(`${type} ${reason} ${message}`),
      },
    );
    const { conditions = [], ...status } = result.status;
    const before = new Map((deploymentOf(given).status?.conditions ?? []).map((one) => [one.type, one]));
    const now = timestamp(nowMs);
    const seen = {
      events,
      deleted: deleted.sort(),
      revision: result.revision ?? given.revision,
      replicaSets: [...store.values()]
        .map(({ metadata, spec }) => ({
          name: metadata.name,
          replicas: spec?.replicas,
          revision: metadata.annotations?.[revisionAnnotation] ?? '',
          desiredReplicasAnnotation: metadata.annotations?.[desiredReplicasAnnotation] ?? '',
          maxReplicasAnnotation: metadata.annotations?.[maxReplicasAnnotation] ?? '',
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      conditions: [...conditions]
        .map(({ type, status: value, reason, message, lastUpdateTime, lastTransitionTime }) => ({
          type,
          status: value,
          reason,
          message,
          updated: lastUpdateTime === now && lastUpdateTime !== before.get(type)?.lastUpdateTime,
          transitioned: lastTransitionTime === now && lastTransitionTime !== before.get(type)?.lastTransitionTime,
        }))
        .sort((a, b) => (a.type < b.type ? -1 : 1)),
      status,
    };
    expect(seen).toEqual({
      events: out.events ?? [],
      deleted: [...(out.deleted ?? [])].sort(),
      revision: out.revision,
      replicaSets: (out.replicaSets ?? []).map((one) => ({
        ...one,
        desiredReplicasAnnotation: one.desiredReplicasAnnotation ?? '',
        maxReplicasAnnotation: one.maxReplicasAnnotation ?? '',
      })),
      conditions: [...(out.conditions ?? [])].sort((a, b) => (a.type < b.type ? -1 : 1)),
      status: out.status,
    });
  });
});
