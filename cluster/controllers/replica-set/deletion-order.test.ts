import { readFileSync } from 'node:fs';
import type { Kinds } from '../../api/registry.ts';
import { compareForDeletion } from './deletion-order.ts';

interface CasePod {
  name: string;
  uid: string;
  node: string;
  phase: string;
  ready: boolean;
  readySecondsAgo: number;
  createdSecondsAgo: number;
  restarts: number;
  deletionCost?: string;
  rank: number;
}
interface Case {
  id: string;
  in: { pods: CasePod[] };
  out: { order: string[] };
}
const cases: Case[] = JSON.parse(readFileSync(new URL('./deletion-order.cases.json', import.meta.url), 'utf8'));
const nowMs = Date.parse('2026-01-01T12:00:00Z');
const ago = (seconds: number): string => new Date(nowMs - seconds * 1000).toISOString();

const podOf = (one: CasePod): Kinds['Pod'] =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: one.name,
      uid: one.uid,
      resourceVersion: '1',
      creationTimestamp: ago(one.createdSecondsAgo),
      ...(one.deletionCost !== undefined && { annotations: { 'controller.kubernetes.io/pod-deletion-cost': one.deletionCost } }),
    },
    spec: { containers: [], ...(one.node && { nodeName: one.node }) },
    status: {
      phase: one.phase,
      conditions: [{ type: 'Ready', status: one.ready ? 'True' : 'False', lastTransitionTime: ago(one.readySecondsAgo) }],
      containerStatuses: [{ name: 'app', restartCount: one.restarts }],
    },
  }) as unknown as Kinds['Pod'];

describe('the order in which a ReplicaSet deletes Pods', () => {
  it.each(cases.map((one) => [one.id, one] as const))('%s', (_, one) => {
    const ranks = new Map(one.in.pods.map(({ name, rank }) => [name, rank]));
    const rankOf = ({ metadata }: Kinds['Pod']): number => ranks.get(metadata.name) ?? 0;
    const ordered = one.in.pods.map(podOf).sort((a, b) => compareForDeletion(a, b, rankOf, nowMs));
    expect(ordered.map(({ metadata }) => metadata.name)).toEqual(one.out.order);
  });
});
