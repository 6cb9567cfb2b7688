import { isObject } from '../api/object.ts';
import type { Entry, Manifest } from './entry.ts';

type Pairs = Record<string, string>;

/** Where a kind has labels, annotations or selectors beside its own metadata (kustomize's builtinpluginconsts). */
interface Place {
  path: string[];
  /** Made where it is absent; else it is filled only where it is there. */
  create: boolean;
}

const made = (...path: string[]): Place => ({ path, create: true });
const there = (...path: string[]): Place => ({ path, create: false });

const templates: Record<string, string[][]> = {
  CronJob: [
    ['spec', 'jobTemplate', 'metadata'],
    ['spec', 'jobTemplate', 'spec', 'template', 'metadata'],
  ],
};
for (const kind of ['ReplicationController', 'Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job'])
  templates[kind] = [['spec', 'template', 'metadata']];

const podSpec = ['spec', 'template', 'spec'];
const during = 'DuringSchedulingIgnoredDuringExecution';
const siblings = [
  ...['podAffinity', 'podAntiAffinity'].flatMap((affinity) => [
    there(...podSpec, 'affinity', affinity, `preferred${during}`, 'podAffinityTerm', 'labelSelector', 'matchLabels'),
    there(...podSpec, 'affinity', affinity, `required${during}`, 'labelSelector', 'matchLabels'),
  ]),
  there(...podSpec, 'topologySpreadConstraints', 'labelSelector', 'matchLabels'),
];
const workload = made('spec', 'selector', 'matchLabels');
const selectors: Record<string, Place[]> = {
  Service: [made('spec', 'selector')],
  ReplicationController: [made('spec', 'selector')],
  Deployment: [workload, ...siblings],
  ReplicaSet: [workload],
  DaemonSet: [workload],
  StatefulSet: [workload, ...siblings],
  Job: [there('spec', 'selector', 'matchLabels')],
  CronJob: [there('spec', 'jobTemplate', 'spec', 'selector', 'matchLabels')],
  PodDisruptionBudget: [there('spec', 'selector', 'matchLabels')],
  NetworkPolicy: [
    there('spec', 'podSelector', 'matchLabels'),
    there('spec', 'ingress', 'from', 'podSelector', 'matchLabels'),
    there('spec', 'egress', 'to', 'podSelector', 'matchLabels'),
  ],
};

const inTemplates = ({ kind }: Manifest, field: string): Place[] => (templates[kind] ?? []).map((path) => made(...path, field));
/** Annotations are not put on claims (kustomize commonannotations.go). */
const onClaims = ({ kind }: Manifest): Place[] =>
  kind === 'StatefulSet' ? [made('spec', 'volumeClaimTemplates', 'metadata', 'labels')] : [];

/** `labels` and `commonLabels`: on the objects, and where asked for on their templates and in their selectors. */
export function addLabels(entries: Entry[], pairs: Pairs, reach: 'metadata' | 'templates' | 'selectors'): void {
  for (const { object } of entries) {
    const places = [
      made('metadata', 'labels'),
      ...(reach === 'metadata' ? [] : [...inTemplates(object, 'labels'), ...onClaims(object)]),
      ...(reach === 'selectors' ? (selectors[object.kind] ?? []) : []),
    ];
    for (const { path, create } of places) mergeAt(object, path, pairs, create);
  }
}

/** `commonAnnotations`: on the objects and their templates. */
export function addAnnotations(entries: Entry[], pairs: Pairs): void {
  for (const { object } of entries) {
    for (const { path, create } of [made('metadata', 'annotations'), ...inTemplates(object, 'annotations')])
      mergeAt(object, path, pairs, create);
  }
}

function mergeAt(node: unknown, path: string[], pairs: Pairs, create: boolean): void {
  if (Array.isArray(node)) for (const item of node) mergeAt(item, path, pairs, create);
  if (!isObject(node)) return;
  const [key, ...rest] = path;
  if (key === undefined) return void Object.assign(node, pairs);
  if (node[key] === undefined || node[key] === null) {
    if (!create || key === 'volumeClaimTemplates') return;
    node[key] = {};
  }
  mergeAt(node[key], rest, pairs, create);
}
