import type { Sample } from '../../engine/experiment.ts';

export interface HangSeen {
  /** Requests of the load, each VU on its own connection. */
  samples: readonly Sample[];
  /** The Pod that hung. */
  pod: string;
  /** From when until when it hung, since the variant's startedAt. */
  fromMs: number;
  untilMs: number;
  /** When new connections went to it no more; Infinity: they did all the time. */
  unreadyMs: number;
  /** Ready Pods while it was among them. */
  readyPods: number;
}

export interface Prediction {
  /** Connections that led to the Pod when it hung, and all whose Pod is known. */
  onPod: number;
  connections: number;
  /** Requests due while it hung: all, those that failed, and those that the connections predict to fail. */
  requests: number;
  lost: number;
  predictedLost: number;
}

/**
 * What the share of connections on a hung Pod predicts of the requests that are lost. A connection stays with its Pod, which its earlier answers
 * tell: on one to the hung Pod a request is lost, on one to another it is not. After a time-out a client opens a new connection, which goes to
 * the hung Pod by chance, one in `readyPods`, as long as that is still among the ready ones.
 */
export function predictLost({ samples, pod, fromMs, untilMs, unreadyMs, readyPods }: HangSeen): Prediction {
  const inOrder = [...samples].sort((a, b) => a.dueMs - b.dueMs);
  const podOf = new Map<number, string>();
  for (const { dueMs, connection, servedBy } of inOrder)
    if (dueMs < fromMs && connection !== undefined && servedBy !== undefined) podOf.set(connection, servedBy);
  const [onPod, connections] = [[...podOf.values()].filter((its) => its === pod).length, podOf.size];
  let predictedLost = 0;
  const during = inOrder.filter(({ dueMs }) => dueMs >= fromMs && dueMs < untilMs);
  for (const { dueMs, connection, connectedMs = dueMs, servedBy } of during) {
    const known = connection === undefined ? undefined : podOf.get(connection);
    predictedLost += known !== undefined ? Number(known === pod) : connectedMs < unreadyMs ? 1 / readyPods : 0;
    // From its first answer on it is known where a new connection leads.
    if (connection !== undefined && servedBy !== undefined) podOf.set(connection, servedBy);
  }
  return {
    onPod,
    connections,
    requests: during.length,
    lost: during.filter(({ error }) => error !== '').length,
    predictedLost,
  };
}
