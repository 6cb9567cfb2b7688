/** A Kubernetes object as a manifest has it, without a namespace: each story gets one of its own. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; [field: string]: unknown };
  [field: string]: unknown;
}

/** What is to be seen before a story goes on. Counts are of Pods of the story's namespace with the label `app`. */
export type Until =
  /** So many Pods have their last container restarted so often, in all. */
  | { restarts: number }
  /** `kubectl rollout status` would end: the newest version is there, and alone. */
  | { rolledOut: string }
  /** A Deployment has a condition of this type and reason. */
  | { deployment: string; condition: string; reason: string }
  /** So many Pods are Ready and no more than that exist. */
  | { ready: number }
  /** So many Pods are not Ready. */
  | { notReady: number }
  /** So many Pods are waiting, or have ended, for this reason. */
  | { pods: number; reason: string }
  /** So many Pods are in this phase. */
  | { pods: number; phase: string }
  /** So many Pods exist. */
  | { exist: number }
  /** An Event of this reason about an object of this kind. */
  | { event: string; about: string };

export type StoryStep =
  | { do: 'apply'; object: Manifest }
  /** A strategic merge patch. */
  | { do: 'patch'; apiVersion: string; kind: string; name: string; patch: Record<string, unknown> }
  | { do: 'delete'; apiVersion: string; kind: string; name: string; gracePeriodSeconds?: number }
  /** Deletes all Pods with the label `app`, one after the other as they are listed. */
  | { do: 'delete pods'; app: string; gracePeriodSeconds?: number }
  /** Puts a Deployment's template back to the version before, as `kubectl rollout undo` does. */
  | { do: 'roll back'; name: string }
  | { do: 'wait'; ms: number }
  | { do: 'until'; seen: Until; withinMs: number };

/**
 * How long something takes at least, whatever the machine: what a rule says, less the moment by which what is watched may come late or early.
 * Of each Pod that has both: from its first state that contains `from` to the first after it that contains `to`.
 */
export interface Least {
  from: string;
  to: string;
  ms: number;
  /** The rule: `terminationGracePeriodSeconds: 3`. */
  because: string;
}

/** A story that any Kubernetes can play: what there is, what is done to it; what is watched is the same in all (see transcript.ts). */
export interface Story {
  name: string;
  /** A sentence: what it is about. */
  title: string;
  steps: StoryStep[];
  /** How far times may lie apart between two clusters: starting a container takes one of them longer. Milliseconds. */
  toleranceMs: number;
  /** What may not come sooner, where the tolerance would let it: what is late on a busy machine has its time, what is early breaks a rule. */
  least?: Least[];
}
