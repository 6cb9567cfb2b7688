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

/** A story that any Kubernetes can play: what there is, what is done to it; what is watched is the same in all (see transcript.ts). */
export interface Story {
  name: string;
  /** A sentence: what it is about. */
  title: string;
  steps: StoryStep[];
  /** How far times may lie apart between two clusters: starting a container takes one of them longer. Milliseconds. */
  toleranceMs: number;
}
