import type { CoreV1Event, V1Container, V1ContainerStatus, V1Deployment, V1Pod, V1ReplicaSet } from '@kubernetes/client-node';

/** Everything that was seen of a story, as it came. */
export interface Seen {
  atMs: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: V1Pod | V1Deployment | V1ReplicaSet | CoreV1Event;
}

/** What two clusters are compared by: nothing in it depends on names, addresses or uids. */
export interface Transcript {
  story: string;
  /** Of each Pod what it went through, Pods in the order in which they appeared. */
  pods: PodHistory[];
  /** Of each Deployment, at the end: `Available True MinimumReplicasAvailable: Deployment has minimum availability.` */
  conditions: Record<string, string[]>;
  /** Of each Deployment: the most Pods that its ReplicaSets asked for at a time, and the fewest that were Ready once all had been. */
  bounds: Record<string, { mostPods: number; fewestReady: number }>;
  /** Each Event once: `Pod Normal Killing: Stopping container app`. */
  events: string[];
}
export interface PodHistory {
  /** Its own name, or its owner's and the revision: `web revision 2`. */
  of: string;
  states: { state: string; atMs: number }[];
}

/** A readiness probe over HTTP that a slow machine starts before the program listens, or while it leaves: no story is about that. */
const transportFailed = /^Readiness probe failed: Get .*(connection refused|connection reset by peer|EOF|Client\.Timeout exceeded.*)$/;
/** So a Pod that leaves may be seen not to be Ready before it ends, or not. */
const leavesUnready = /^Running; not Ready; app running.*; leaving$/;
/** What a kubelet tells first of a Pod's containers. One with much to do tells of them only when they run, so it may be seen or not. */
const beginning = /^Pending; not Ready(; first waiting PodInitializing)?; app waiting (ContainerCreating|PodInitializing)$/;

/** An autoscaler that looks before there are metrics of its Pods says so; how soon there are some is no story's question. */
const withoutMetrics = /failed to get cpu utilization|no metrics returned from resource metrics API|did not receive metrics/;

/** What a transcript leaves out, for the document: the filters below and above, each with its reason. */
export const notCompared: { what: string; reason: string }[] = [
  {
    what: 'Order and number of Events',
    reason:
      'each sentence counts once: real Kubernetes joins repeated ones by itself, sooner or later, and those of several writers come in any order',
  },
  {
    what: 'A readiness probe that finds nobody listening, or times out, over HTTP',
    reason: 'a slow machine asks before the program listens, or while it leaves; what an answer leads to is compared',
  },
  { what: 'Whether a Pod that leaves is seen to be not Ready before it ends', reason: 'its last look may come in time or not' },
  {
    what: 'ContainerCreating and PodInitializing',
    reason: 'a kubelet that has much to do tells of containers only when they run',
  },
  { what: 'What an autoscaler says before there are metrics', reason: 'how soon there are some is a matter of metrics-server' },
  { what: 'The mount of a ServiceAccount’s token that comes late', reason: 'a busy node does that, or not' },
  {
    what: 'Steps of one way when a ReplicaSet or an autoscaler scales (3 to 2, 2 to 0)',
    reason: 'how many there are follows from how fast Pods become Ready; their ends are compared, and the bounds between',
  },
  {
    what: 'Conditions of HorizontalPodAutoscalers',
    reason: 'their sentences have figures; cases computed by Kubernetes’ own code hold them',
  },
];

type Labelled = { metadata?: { name?: string; uid?: string } };

/** Makes a transcript of what was seen, in the order in which it came. */
export function transcribe(story: string, namespace: string, seen: Seen[]): Transcript {
  const revisions = new Map<string, string>();
  for (const { object } of seen) {
    if (object.kind !== 'ReplicaSet') continue;
    const { metadata } = object as V1ReplicaSet;
    const owner = metadata?.ownerReferences?.[0]?.name;
    const revision = metadata?.annotations?.['deployment.kubernetes.io/revision'];
    // The first revision that it had: going back gives an old ReplicaSet a new one.
    if (metadata?.name && owner && revision && !revisions.has(metadata.name)) revisions.set(metadata.name, `${owner} revision ${revision}`);
  }
  const names = new Map<string, string>(revisions);
  for (const { object } of seen) {
    const owner = object.kind === 'Pod' ? (object as V1Pod).metadata?.ownerReferences?.[0] : undefined;
    const name = (object as Labelled).metadata?.name;
    if (name && owner?.kind === 'ReplicaSet') names.set(name, `a Pod of ${revisions.get(owner.name) ?? owner.name}`);
  }
  return {
    story,
    pods: podHistories(seen, revisions),
    conditions: finalConditions(seen, (text) => nameless(text, namespace, names)),
    bounds: boundsOf(seen),
    events: eventsOf(seen, (text) => nameless(text, namespace, names)),
  };
}

function podHistories(seen: Seen[], revisions: Map<string, string>): PodHistory[] {
  const histories = new Map<string, PodHistory>();
  for (const { atMs, type, object } of seen) {
    if (object.kind !== 'Pod') continue;
    const pod = object as V1Pod;
    const { uid = '', name = '', ownerReferences } = pod.metadata ?? {};
    const owner = ownerReferences?.[0];
    const history = histories.get(uid) ?? {
      of: owner?.kind === 'ReplicaSet' ? (revisions.get(owner.name) ?? owner.name) : name,
      states: [],
    };
    histories.set(uid, history);
    const state = type === 'DELETED' ? 'gone' : stateOf(pod);
    if (beginning.test(state)) continue;
    if (leavesUnready.test(state) && history.states.at(-1)?.state.endsWith('; leaving')) continue;
    if (history.states.at(-1)?.state !== state) history.states.push({ state, atMs });
  }
  return [...histories.values()];
}

const isReady = ({ status }: V1Pod): boolean => status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;

/** A Pod in a line: phase, Ready, its containers, whether it is leaving. */
export function stateOf(pod: V1Pod): string {
  const { metadata, spec, status } = pod;
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const all: V1Container[] = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const containers = all.map(({ name }) => `${name} ${containerState(statuses.find((one) => one.name === name))}`);
  return [
    status?.phase ?? 'Pending',
    isReady(pod) ? 'Ready' : 'not Ready',
    ...(statuses.length > 0 ? containers : []),
    ...(metadata?.deletionTimestamp ? ['leaving'] : []),
  ].join('; ');
}

function containerState(status: V1ContainerStatus | undefined): string {
  const { waiting, running, terminated } = status?.state ?? {};
  const state = running
    ? 'running'
    : terminated
      ? `ended ${terminated.exitCode} ${terminated.reason}`
      : `waiting ${waiting?.reason ?? 'for nothing'}`;
  const last = status?.lastState?.terminated;
  const started = running && status?.started === false ? ', not started' : '';
  return `${state}${started}${status?.restartCount ? `, ${status.restartCount} restarts, last ended ${last?.exitCode} ${last?.reason}` : ''}`;
}

function finalConditions(seen: Seen[], plain: (text: string) => string): Transcript['conditions'] {
  const last = new Map<string, V1Deployment>();
  for (const { object } of seen) if (object.kind === 'Deployment') last.set(object.metadata?.name ?? '', object as V1Deployment);
  return Object.fromEntries(
    [...last].map(([name, { status }]) => [
      name,
      (status?.conditions ?? []).map((one) => plain(`${one.type} ${one.status} ${one.reason}: ${one.message}`)).sort(),
    ]),
  );
}

function boundsOf(seen: Seen[]): Transcript['bounds'] {
  const bounds: Transcript['bounds'] = {};
  const wanted = new Map<string, number>();
  const pods = new Map<string, { app: string; ready: boolean }>();
  const sizes = new Map<string, { app: string; size: number }>();
  const full = new Set<string>();
  for (const { type, object } of seen) {
    const { uid = '', name = '', labels, deletionTimestamp, ownerReferences } = object.metadata ?? {};
    if (object.kind === 'Deployment') wanted.set(name, (object as V1Deployment).spec?.replicas ?? 1);
    else if (object.kind === 'ReplicaSet')
      sizes.set(uid, { app: ownerReferences?.[0]?.name ?? '', size: (object as V1ReplicaSet).spec?.replicas ?? 0 });
    else if (object.kind !== 'Pod') continue;
    else if (type === 'DELETED' || deletionTimestamp) pods.delete(uid);
    else pods.set(uid, { app: labels?.app ?? '', ready: isReady(object as V1Pod) });
    for (const [app, replicas] of wanted) {
      const ready = [...pods.values()].filter((pod) => pod.app === app && pod.ready).length;
      const asked = [...sizes.values()].filter((one) => one.app === app).reduce((sum, { size }) => sum + size, 0);
      if (ready >= replicas) full.add(app);
      const before = bounds[app] ?? { mostPods: 0, fewestReady: replicas };
      const fewestReady = full.has(app) ? Math.min(before.fewestReady, ready) : before.fewestReady;
      bounds[app] = { mostPods: Math.max(before.mostPods, asked), fewestReady };
    }
  }
  return bounds;
}

function eventsOf(seen: Seen[], plain: (text: string) => string): string[] {
  const lines = seen.flatMap(({ object }) => {
    if (object.kind !== 'Event') return [];
    const { type, reason, message, involvedObject } = object as CoreV1Event;
    // A node that is busy mounts the token of a ServiceAccount late, or not: no story is about that.
    if (message?.includes('kube-api-access')) return [];
    if (transportFailed.test(message ?? '')) return [];
    if (withoutMetrics.test(message ?? '')) return [];
    return [plain(`${involvedObject.kind} ${type} ${reason}: ${message}`)];
  });
  return [...new Set(joinScaling(lines))].sort();
}

/** Steps of one way, `from 3 to 2` and `from 2 to 0`, as one: how many there are is a matter of how fast Pods become Ready or metrics come. */
function joinScaling(lines: string[]): string[] {
  const joined: string[] = [];
  for (const line of lines) {
    const [, way, from, to] =
      /^(Deployment Normal ScalingReplicaSet: Scaled (?:up|down) replica set <.*>) from (\d+) to (\d+)$/.exec(line) ?? [];
    const rescaled = /(SuccessfulRescale: New size: )\d+(; reason: .*)$/.exec(line);
    const same = rescaled ? joined.findIndex((one) => one.includes(rescaled[1] ?? '') && one.endsWith(rescaled[2] ?? '')) : -1;
    const before = joined.findIndex((one) => way !== undefined && one.startsWith(way) && one.endsWith(` to ${from}`));
    if (same >= 0) joined[same] = line;
    else if (way === undefined || before < 0) joined.push(line);
    else joined[before] = (joined[before] ?? '').replace(/ to \d+$/, ` to ${to}`);
  }
  return joined;
}

/** The text without what is another in every cluster and every run: names that were generated, addresses, uids, hashes, times, sizes. */
export function nameless(text: string, namespace: string, names: Map<string, string>): string {
  let plain = text;
  for (const [name, generic] of [...names].sort(([a], [b]) => b.length - a.length)) plain = plain.replaceAll(name, `<${generic}>`);
  return plain
    .replaceAll(namespace, '<namespace>')
    .replace(/\b\d{1,3}(\.\d{1,3}){3}\b/g, '<ip>')
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uid>')
    .replace(/<ip>:\d{5}->/g, '<ip>:<port>->')
    .replace(/(to) \S+$/, (whole, to: string) => (plain.includes('Successfully assigned') ? `${to} <node>` : whole))
    .replace(/ in \d[\w.µ]*s \(.* including waiting\)\. Image size: \d+ bytes\.$/, ' in <time>');
}
